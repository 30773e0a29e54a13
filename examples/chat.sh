#!/usr/bin/env bash
# Signs in as a guest, joins a room, sends a message, and shows what is written there as Server-Sent Events.
#
#   bash chat.sh general 'Hello from curl'
set -euo pipefail
url=${PARLEY_URL:-http://127.0.0.1:4000/graphql}
slug=${1:-general}
text=${2:-Hello from curl}
token=

# Sends an operation with its variables, which are JSON.
ask() {
  curl --silent --show-error --fail-with-body "$url" -H 'content-type: application/json' \
    ${token:+-H "authorization: Bearer $token"} -d "{\"query\":\"$1\",\"variables\":$2}"
}

# Prints the first value of a field in the JSON that it reads.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

token=$(ask 'mutation { createGuestSession(input: { displayName: \"Curl\" }) { accessToken } }' '{}' | field accessToken)
room=$(ask 'query ($slug: String!) { roomBySlug(slug: $slug) { id syncCursor } }' "{\"slug\":\"$slug\"}")
id=$(field id <<<"$room")
cursor=$(field syncCursor <<<"$room")

# A public room is joined by sending to it. The id makes it safe to repeat the request.
ask 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } userErrors { message } } }' \
  "{\"input\":{\"roomId\":\"$id\",\"text\":\"$text\",\"clientMessageId\":\"curl-$$-$RANDOM\"}}" >/dev/null

# From the cursor on, so that the message above is shown too. Ends with Ctrl-C; to go on later, send the last `id:` as
# the header Last-Event-ID.
query='subscription ($id: ID!, $after: StreamCursor) { messageAdded(roomId: $id, after: $after) {'
query+=' cursor message { text author { displayName } } } }'
exec curl --silent --no-buffer "$url" -H 'content-type: application/json' -H 'accept: text/event-stream' \
  -H "authorization: Bearer $token" -d "{\"query\":\"$query\",\"variables\":{\"id\":\"$id\",\"after\":\"$cursor\"}}"
