// What the page knows: the snapshot, brought up to date change by change.

import type { Change, Channel, Life, Message, Snapshot, User } from "./protocol";

const REMEMBERED_TRAFFIC = 300;

export interface Seen extends Omit<Snapshot, "messages" | "people" | "channels"> {
  ready: boolean;
  people: Record<string, User>;
  channels: Record<string, Channel>;
  messages: Record<string, Record<string, Message>>;
  time: { world: number; speed: number; at: number };
  lives: Life[];
  faults: string[];
}

export const beginning: Seen = {
  ready: false,
  me: "",
  bot: "",
  people: {},
  groups: [],
  channels: {},
  messages: {},
  usage: {},
  shortcuts: {},
  has_home: false,
  view: null,
  home: null,
  traffic: [],
  time: { world: 0, speed: 0, at: 0 },
  lives: [],
  faults: [],
};

export function reduced(seen: Seen, change: Change): Seen {
  switch (change.type) {
    case "snapshot": {
      const messages = change.messages.reduce(withMessage, {});
      const { people, channels, ...rest } = change;
      return {
        ...seen,
        ...rest,
        ready: true,
        messages,
        people: byId(people),
        channels: byId(channels),
      };
    }
    case "message":
      return { ...seen, messages: withMessage(seen.messages, change.message) };
    case "gone":
      return { ...seen, messages: without(seen.messages, change.channel, change.ts) };
    case "channels":
      return { ...seen, channels: byId(change.channels) };
    case "views":
      return { ...seen, view: change.view, home: change.home };
    case "traffic":
      return { ...seen, traffic: [...seen.traffic, change.entry].slice(-REMEMBERED_TRAFFIC) };
    case "time":
      return { ...seen, time: { world: change.time, speed: change.speed, at: Date.now() } };
    case "lives":
      return { ...seen, lives: change.lives };
    case "faults":
      return { ...seen, faults: change.faults };
  }
}

/** The messages of a channel that stand in it, oldest first: no replies, save those shown there too. */
export function inChannel(seen: Seen, channel: string): Message[] {
  return sorted(seen, channel).filter((each) => !isReply(each) || each.broadcast);
}

/** A message and what was answered below it. */
export function inThread(seen: Seen, channel: string, ts: string): Message[] {
  return sorted(seen, channel).filter((each) => each.ts === ts || each.thread_ts === ts);
}

/** How many messages of others this person has not read. */
export function unread(seen: Seen, channel: Channel, readTo: string): number {
  return inChannel(seen, channel.id).filter((each) => each.ts > readTo && each.user !== seen.me)
    .length;
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== null && message.thread_ts !== message.ts;
}

/** The world's time at this moment, reckoned on from when it was last told. */
export function worldNow(seen: Seen): number {
  return seen.time.world + ((Date.now() - seen.time.at) / 1000) * seen.time.speed;
}

function sorted(seen: Seen, channel: string): Message[] {
  return Object.values(seen.messages[channel] ?? {}).sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

function withMessage(messages: Seen["messages"], message: Message): Seen["messages"] {
  const there = messages[message.channel];
  return { ...messages, [message.channel]: { ...there, [message.ts]: message } };
}

function without(messages: Seen["messages"], channel: string, ts: string): Seen["messages"] {
  const { [ts]: _, ...left } = messages[channel] ?? {};
  return { ...messages, [channel]: left };
}

function byId<T extends { id: string }>(things: T[]): Record<string, T> {
  return Object.fromEntries(things.map((each) => [each.id, each]));
}
