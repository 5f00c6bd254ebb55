// How people look: initials on a colour of their own.

import type { ReactNode } from "react";
import type { User } from "./protocol";

const HUES = [14, 42, 96, 158, 190, 222, 262, 312, 338];

export function Avatar({
  user,
  size = "",
}: {
  user: User | undefined;
  size?: "" | "small";
}): ReactNode {
  if (user === undefined) return <span className={`avatar ${size}`}>?</span>;
  if (user.name === "guide") return <span className={`avatar guide ${size}`}>🧭</span>;
  if (user.is_bot) return <span className={`avatar app ${size}`}>{user.name.slice(0, 2)}</span>;
  if (user.name === "slackbot") return <span className={`avatar slackbot ${size}`}>⌁</span>;
  const hue = HUES[user.id.charCodeAt(user.id.length - 1) % HUES.length]!;
  return (
    <span className={`avatar ${size}`} style={{ background: `hsl(${hue} 48% 42%)` }}>
      {user.real_name.slice(0, 1)}
    </span>
  );
}

/** What the scene says of its people, as far as Slack itself would show it. */
export function roleOf(user: User): string {
  if (user.is_guest) return "guest";
  if (user.is_stranger) return "from another workspace";
  return user.locale.startsWith("zh") ? "中文" : "";
}
