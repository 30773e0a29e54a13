/** The first operations in GraphiQL, from signing in to reading the history. docs/tour.md explains them. */
export const tour = `# Welcome to Parley! Press ▶ and choose an
# operation. Run them one after the other.

# 1. Sign in. GraphiQL sends the guest's token
#    with every operation, until you reload the
#    page. In your own programs, send a header:
#    { "Authorization": "Bearer <accessToken>" }
mutation SignIn {
  createGuestSession(
    input: { displayName: "Ada" }
  ) {
    accessToken
    user { id username displayName }
    userErrors { code message path }
  }
}

# 2. List the public rooms. Copy the id of one
#    room into Variables, below.
query Rooms {
  rooms(first: 10) {
    nodes { id name topic memberCount }
  }
}

# 3. Subscribe to the room, and leave this
#    running. Then open this page in a second
#    window, sign in as "Grace", and send.
subscription Listen($roomId: ID!) {
  messageAdded(roomId: $roomId) {
    message {
      sequence
      text
      author { displayName }
    }
  }
}

# 4. Send a message. Sending to a public room
#    also joins it. Use a new clientMessageId for
#    each message, the same one for each retry.
mutation Send($roomId: ID!) {
  sendMessage(
    input: {
      roomId: $roomId
      text: "Hello!"
      clientMessageId: "hello-1"
    }
  ) {
    message { id sequence text createdAt }
    userErrors { code message path }
  }
}

# 5. Read the history: the newest page first. Add
#    before: "<startCursor>" to get the page
#    before it.
query History($roomId: ID!) {
  room(id: $roomId) {
    name
    messages(last: 20) {
      nodes {
        sequence
        text
        author { displayName }
      }
      pageInfo { hasPreviousPage startCursor }
    }
  }
}
`;

/** Variables of the tour; the user replaces the id. */
export const tourVariables = '{ "roomId": "the id of a room" }';
