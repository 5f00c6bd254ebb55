// One message: who, when, what; its buttons, thread, files, and what went wrong with it.

import { useState, type ReactNode } from "react";
import { Blocks, Text } from "./blocks";
import { usePage } from "./context";
import { clockTime } from "./dates";
import { Avatar } from "./people";
import type { Json, Message, Place } from "./protocol";
import { inThread, isReply } from "./seen";

interface MessageProps {
  message: Message;
  grouped: boolean;
  inThreadPanel?: boolean;
}

export function MessageRow({ message, grouped, inThreadPanel = false }: MessageProps): ReactNode {
  const { seen, problemAt } = usePage();
  const author = seen.people[message.user];
  const reader = seen.people[seen.me]!;
  const time = clockTime(Number(message.ts), reader);
  const place: Place = { channel: message.channel, ts: message.ts, revision: message.revision };
  const problem = problemAt(place);
  return (
    <article
      className={`message ${message.ephemeral ? "ephemeral" : ""} ${grouped ? "grouped" : ""}`}
      data-ts={message.ts}
      aria-label={`${author?.name ?? message.user} at ${time}`}
    >
      <div className="gutter">{grouped ? <time>{time}</time> : <Avatar user={author} />}</div>
      <div className="message-body">
        {message.ephemeral && <p className="only-you">👁 Only visible to you</p>}
        {!inThreadPanel && isReply(message) && <RepliedTo message={message} />}
        {!grouped && (
          <p className="byline">
            <strong>{author?.name ?? message.user}</strong>
            {author?.is_bot && <span className="app-mark">APP</span>}
            <time>{time}</time>
          </p>
        )}
        <div className="content">
          {message.blocks.length > 0 ? (
            <Blocks blocks={message.blocks} place={place} />
          ) : (
            <Text text={message.text} />
          )}
          {message.edited && message.blocks.length === 0 && (
            <span className="quiet"> (edited)</span>
          )}
          {message.attachments.map((each, index) => (
            <Attachment key={index} attachment={each} place={place} />
          ))}
          {message.files.map((file) => (
            <Picture key={file.id} file={file} />
          ))}
        </div>
        {problem && (
          <p className="problem" role="alert">
            ⚠ {problem}
          </p>
        )}
        <Reactions message={message} />
        {!inThreadPanel && !isReply(message) && <ThreadLink message={message} />}
      </div>
      <Tools message={message} place={place} inThreadPanel={inThreadPanel} />
    </article>
  );
}

function Attachment({ attachment, place }: { attachment: Json; place: Place }): ReactNode {
  return (
    <div
      className="attachment"
      style={{ borderColor: attachment.color ? `#${attachment.color}` : undefined }}
    >
      {attachment.blocks ? (
        <Blocks blocks={attachment.blocks} place={place} />
      ) : (
        <Text text={attachment.text ?? attachment.fallback ?? ""} />
      )}
    </div>
  );
}

function Picture({ file }: { file: Message["files"][number] }): ReactNode {
  const [broken, setBroken] = useState(false);
  const address = `/control/files/${file.id}`;
  return (
    <figure>
      <figcaption>{file.title}</figcaption>
      {broken ? (
        <a className="file" href={address} download={file.title}>
          📄 {file.title} · {Math.ceil(file.size / 1024)} kB
        </a>
      ) : (
        <img src={address} alt={file.alt || file.title} onError={() => setBroken(true)} />
      )}
    </figure>
  );
}

function Reactions({ message }: { message: Message }): ReactNode {
  if (message.reactions.length === 0) return null;
  const counts = new Map<string, number>();
  for (const [name] of message.reactions) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (
    <p className="reactions">
      {[...counts].map(([name, count]) => (
        <span key={name}>
          <Text text={`:${name}:`} /> {count}
        </span>
      ))}
    </p>
  );
}

function ThreadLink({ message }: { message: Message }): ReactNode {
  const { seen, openThread } = usePage();
  const replies = inThread(seen, message.channel, message.ts).filter(
    (each) => each.ts !== message.ts,
  );
  const last = replies[replies.length - 1];
  if (last === undefined) return null;
  const authors = [...new Set(replies.map((each) => each.user))].slice(0, 3);
  return (
    <button
      type="button"
      className="thread-link"
      onClick={() => openThread(message.channel, message.ts)}
    >
      {authors.map((each) => (
        <Avatar key={each} user={seen.people[each]} size="small" />
      ))}
      <b>{replies.length === 1 ? "1 reply" : `${replies.length} replies`}</b>
      <span className="quiet">Last at {clockTime(Number(last.ts), seen.people[seen.me]!)}</span>
    </button>
  );
}

function RepliedTo({ message }: { message: Message }): ReactNode {
  const { openThread } = usePage();
  return (
    <p className="replied-to">
      replied to a{" "}
      <button
        type="button"
        className="link"
        onClick={() => openThread(message.channel, message.thread_ts!)}
      >
        thread
      </button>
    </p>
  );
}

/** What floats at a message's corner: its thread, and the app's message shortcuts. */
function Tools({
  message,
  place,
  inThreadPanel,
}: {
  message: Message;
  place: Place;
  inThreadPanel: boolean;
}): ReactNode {
  const { seen, act, openThread } = usePage();
  if (message.ephemeral) return null;
  const root = message.thread_ts ?? message.ts;
  return (
    <div className="tools">
      {!inThreadPanel && (
        <button
          type="button"
          title="Reply in thread"
          aria-label="Reply in thread"
          onClick={() => openThread(message.channel, root)}
        >
          💬
        </button>
      )}
      {Object.entries(seen.shortcuts).map(([id, name]) => (
        <button
          key={id}
          type="button"
          onClick={() => void act({ do: "shortcut", callback_id: id, message: place })}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
