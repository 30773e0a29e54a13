/** The operations that GraphiQL opens with, from signing in to reading the history. docs/tour.md explains them. */
export const tour = `# Welcome to Parley! ▶ offers what stands below:
# take one after the other.

# 1. Sign in. This page speaks for that guest
#    until it is reloaded; programs send the
#    accessToken in a header, as in Headers below:
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

# 2. Look around, and copy the id of a room into
#    Variables below.
query Rooms {
  rooms(first: 10) {
    nodes { id name topic memberCount }
  }
}

# 3. Listen, and leave it running. Then open this
#    page in a second window, sign in there as
#    somebody else, and send.
subscription Listen($roomId: ID!) {
  messageAdded(roomId: $roomId) {
    message {
      sequence
      text
      author { displayName }
    }
  }
}

# 4. Send: that joins a public room, too. Each
#    message has an id of the client's own; sent
#    again with it, the message is there once.
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

# 5. Read the newest messages; beside last: 20,
#    before: "<startCursor>" asks for older ones.
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

/** Variables of the tour, for whoever takes it to fill in. */
export const tourVariables = '{ "roomId": "the id of a room" }';
