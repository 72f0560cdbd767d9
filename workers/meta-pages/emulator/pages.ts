/** What the emulator's person manages. */
import type { State } from "@junction/sandbox";

export interface Page {
  readonly id: string;
  readonly name: string;
  readonly tasks: readonly string[];
}
interface Post {
  readonly id: string;
  readonly page: string;
  readonly message: string | null;
  readonly link: string | null;
  readonly photos: readonly string[];
  readonly at: number;
}
interface Photo {
  readonly id: string;
  readonly page: string;
  readonly url: string;
  readonly published: boolean;
}
interface Video {
  readonly id: string;
  readonly page: string;
  readonly url: string;
  readonly description: string | null;
  readonly at: number;
}
export const PAGES: readonly Page[] = [
  { id: "104729583047001", name: "Sandbox Plumbing", tasks: ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"] },
  { id: "104729583047002", name: "Springfield Trades", tasks: ["ANALYZE"] },
];
/** The Instagram account that belongs to the first of them. */
export const ACCOUNT = { id: "17841400000047001", username: "sandbox_plumbing", page: "104729583047001" };

export const postsOf = (state: State) => state.collection<Post>("posts");
export const photosOf = (state: State) => state.collection<Photo>("photos");
export const videosOf = (state: State) => state.collection<Video>("videos");
