// What the control interface sends and takes (bot/playground/control).

export type Json = any;

export interface User {
  id: string;
  name: string;
  real_name: string;
  is_bot: boolean;
  is_guest: boolean;
  is_stranger: boolean;
  locale: string;
  tz: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  with: string | null;
  is_archived: boolean;
  is_shared: boolean;
  members: string[];
  last_read: string;
}

export interface Message {
  channel: string;
  ts: string;
  revision: number;
  user: string;
  text: string;
  blocks: Json[];
  attachments: Json[];
  thread_ts: string | null;
  broadcast: boolean;
  ephemeral: boolean;
  edited: boolean;
  files: { id: string; title: string; alt: string; size: number }[];
  reactions: [string, string][];
}

export interface View {
  id: string;
  hash: string;
  content: Json;
  errors: Record<string, string>;
  values: Json;
  /** A mark for each block with a field: another one where the block went and came back. */
  appeared: Record<string, string>;
  is_pushed: boolean;
}

export interface Life {
  id: string;
  kind: string;
  name: string;
  state: string;
  final: boolean;
  failed: boolean;
  progress: number;
  message: string;
  stages: { state: string; since: number; final: boolean }[];
}

export interface Traffic {
  number: number;
  at: number;
  way: "to the bot" | "from the bot" | "line" | "qianfan";
  name: string;
  outcome: string;
  ok: boolean;
  seconds?: number;
  attempt?: number;
  details?: Json;
}

export interface Snapshot {
  me: string;
  bot: string;
  people: User[];
  groups: { id: string; name: string }[];
  channels: Channel[];
  messages: Message[];
  usage: Record<string, string>;
  shortcuts: Record<string, string>;
  has_home: boolean;
  view: View | null;
  home: View | null;
  traffic: Traffic[];
}

export type Change =
  | ({ type: "snapshot" } & Snapshot)
  | { type: "message"; message: Message }
  | { type: "gone"; channel: string; ts: string }
  | { type: "channels"; channels: Channel[] }
  | { type: "views"; view: View | null; home: View | null }
  | { type: "traffic"; entry: Traffic }
  | { type: "time"; time: number; speed: number }
  | { type: "lives"; lives: Life[] }
  | { type: "faults"; faults: string[] };

/** Where an element stands: a message in the version that is on the screen, or a view. */
export type Place = { channel: string; ts: string; revision: number } | { view: string };

export interface Answer {
  ok: boolean;
  error?: string;
  problem?: string | null;
  acked?: boolean;
  pending?: string;
  options?: Json[];
  file?: string;
  ts?: string | null;
}
