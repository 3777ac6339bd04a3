// Bytes of a file, in memory that is not shared with another thread.

export type Bytes = Uint8Array<ArrayBuffer>;
