/** A contractor's files, as a vendor's Worker reaches those of one call: by a capability that comes with the ask and ends with it. */

export interface FileInfo {
  readonly name: string;
  /** The media type, as far as its first bytes bear it out. */
  readonly type: string;
  readonly size: number;
}
/** A file that was kept: the shape of the tools' `SavedFile`. */
export interface KeptFile {
  readonly file_id: string;
  readonly url: string;
  readonly type: string;
  readonly size_bytes: number;
  readonly expires_at: string;
}

/** `ref`: as it stands in the call's input. No other file can be had by it. */
export interface FilesRpc {
  about(ref: string): Promise<FileInfo>;
  /** The bytes from `from` on, `length` of them or all; each ask gives a stream of its own. */
  read(ref: string, from?: number, length?: number): Promise<ReadableStream<Uint8Array>>;
  /** A public https address at which a vendor can fetch it for an hour. */
  link(ref: string): Promise<string>;
  /** Keeps a file for the contractor. `size`: where it is known. */
  save(
    about: { readonly name: string; readonly type: string; readonly size?: number },
    body: ReadableStream<Uint8Array>,
  ): Promise<KeptFile>;
  /** How far the work is, 0 to 1: shown to whoever asks after it. */
  progress(done: number): Promise<void>;
}
