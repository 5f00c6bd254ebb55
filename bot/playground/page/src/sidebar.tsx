// Where one can go: channels, direct messages, the app; and as whom.

import type { ReactNode } from "react";
import { usePage } from "./context";
import { Avatar, roleOf } from "./people";
import type { Channel, User } from "./protocol";
import { unread } from "./seen";

interface SidebarProps {
  current: string;
  readTo: Record<string, string>;
  become: (name: string) => void;
}

export function Sidebar({ current, readTo, become }: SidebarProps): ReactNode {
  const { seen } = usePage();
  const all = Object.values(seen.channels);
  const rooms = all
    .filter((each) => each.kind !== "im")
    .sort((a, b) => a.name.localeCompare(b.name));
  const direct = all.filter((each) => each.kind === "im");
  const apps = direct.filter((each) => seen.people[each.with ?? ""]?.is_bot);
  const others = direct.filter((each) => !apps.includes(each));
  const item = (channel: Channel) => (
    <Item
      key={channel.id}
      channel={channel}
      current={channel.id === current}
      readTo={readTo[channel.id] ?? channel.last_read}
    />
  );
  return (
    <nav className="sidebar" aria-label="Workspace">
      <header>
        <span className="workspace-mark">qf</span>
        <h1>Playground</h1>
      </header>
      <div className="sidebar-list">
        <h2>Channels</h2>
        {rooms.map(item)}
        {others.length > 0 && <h2>Direct messages</h2>}
        {others.map(item)}
        <h2>Apps</h2>
        {apps.map(item)}
      </div>
      <ActAs become={become} />
    </nav>
  );
}

function Item({
  channel,
  current,
  readTo,
}: {
  channel: Channel;
  current: boolean;
  readTo: string;
}): ReactNode {
  const { seen, goTo } = usePage();
  const count = current ? 0 : unread(seen, channel, readTo);
  const other = seen.people[channel.with ?? ""];
  const isMember = channel.members.includes(seen.me);
  const className = [current && "current", count > 0 && "unread", !isMember && "outside"]
    .filter(Boolean)
    .join(" ");
  return (
    <button
      type="button"
      className={`item ${className}`}
      aria-current={current}
      onClick={() => goTo(channel.id)}
    >
      {other ? (
        <Avatar user={other} size="small" />
      ) : (
        <span className="hash">{channel.kind === "private" ? "🔒" : "#"}</span>
      )}
      <span className="item-name">{other ? other.name : channel.name}</span>
      {count > 0 && <span className="badge">{count}</span>}
    </button>
  );
}

function ActAs({ become }: { become: (name: string) => void }): ReactNode {
  const { seen } = usePage();
  const people = Object.values(seen.people).filter(
    (each) => !each.is_bot && each.name !== "slackbot",
  );
  return (
    <div className="act-as" role="radiogroup" aria-label="Act as">
      <h2>Act as</h2>
      {people.map((user: User) => (
        <button
          key={user.id}
          type="button"
          role="radio"
          aria-checked={user.id === seen.me}
          className="person"
          onClick={() => become(user.name)}
        >
          <Avatar user={user} size="small" />
          <span>{user.name}</span>
          <span className="role">{roleOf(user)}</span>
        </button>
      ))}
    </div>
  );
}
