/** The types of what the server sends, by the fragments that select them. */
export interface UserFields {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
}

export interface MessageFields {
  readonly id: string;
  readonly sequence: number;
  readonly clientMessageId?: string | null;
  readonly text?: string | null;
  readonly createdAt: string;
  readonly editedAt?: string | null;
  readonly deletedAt?: string | null;
  readonly author?: UserFields | null;
}

export interface RoomFields {
  readonly id: string;
  readonly name?: string | null;
}

export interface RoomEventFields {
  readonly __typename: string;
  readonly eventNumber: number;
}

export interface NotificationFields {
  readonly message: MessageFields;
}
