// Block Kit: what is read is drawn by slack-blocks-to-jsx; what is used (buttons, menus, fields) by
// our own controls, since the library tells nobody of a click or a choice.

import { memo, type ReactNode } from "react";
import { Message as Drawn } from "slack-blocks-to-jsx";
import { Control } from "./controls";
import { usePage } from "./context";
import { slackDate } from "./dates";
import type { Json, Place } from "./protocol";

/** The blocks of a message or view. */
export function Blocks({ blocks, place }: { blocks: Json[]; place: Place }): ReactNode {
  return together(blocks).map((part, index) =>
    Array.isArray(part) ? (
      <Still key={index} blocks={part} />
    ) : (
      <Used key={part.block_id ?? index} block={part} place={place} />
    ),
  );
}

/** Text with Slack's markup. */
export function Text({ text }: { text: string }): ReactNode {
  if (!text) return null;
  return <Still blocks={[{ type: "section", text: { type: "mrkdwn", text } }]} />;
}

/** Blocks that are only looked at, as many as follow each other in one; others alone. */
function together(blocks: Json[]): Json[] {
  const parts: Json[] = [];
  for (const block of blocks) {
    const last = parts[parts.length - 1];
    if (isUsed(block)) parts.push(block);
    else if (Array.isArray(last)) last.push(block);
    else parts.push([block]);
  }
  return parts;
}

function isUsed(block: Json): boolean {
  if (block.type === "section")
    return block.accessory !== undefined && block.accessory.type !== "image";
  if (block.type === "card") return block.actions !== undefined;
  return ["actions", "context_actions", "container"].includes(block.type);
}

function Used({ block, place }: { block: Json; place: Place }): ReactNode {
  switch (block.type) {
    case "section":
      return <SectionWithControl block={block} place={place} />;
    case "container":
      return (
        <div className="container-block">
          {block.title && <strong>{block.title.text}</strong>}
          <Blocks blocks={block.child_blocks ?? []} place={place} />
        </div>
      );
    case "card": {
      const { actions, ...rest } = block;
      return (
        <div className="card-block">
          <Still blocks={[rest]} />
          <Used block={{ ...block, type: "actions", elements: actions }} place={place} />
        </div>
      );
    }
    default:
      return (
        <div className="row-of-controls">
          {block.elements.map((element: Json, index: number) => (
            <Control
              key={element.action_id ?? index}
              element={element}
              block={block}
              place={place}
            />
          ))}
        </div>
      );
  }
}

function SectionWithControl({ block, place }: { block: Json; place: Place }): ReactNode {
  const { accessory, ...rest } = block;
  return (
    <div className="section-with-control">
      <div>
        <Still blocks={[rest]} />
      </div>
      <Control element={accessory} block={block} place={place} />
    </div>
  );
}

/** Blocks that are only looked at. */
const Still = memo(function Still({ blocks }: { blocks: Json[] }): ReactNode {
  const { seen, theme } = usePage();
  const reader = seen.people[seen.me] ?? { tz: "UTC", locale: "en-US" };
  const people = Object.values(seen.people).map(({ id, name }) => ({ id, name }));
  const channels = Object.values(seen.channels).map(({ id, name }) => ({ id, name }));
  return (
    <Drawn
      withoutWrapper
      theme={theme}
      name=""
      logo=""
      blocks={blocks.map((each) => forTheLibrary(withLocalFiles(each)))}
      data={{ users: people, channels, user_groups: seen.groups }}
      hooks={{
        user: ({ id, name }) => (
          <span className="mention">@{seen.people[id]?.name ?? name ?? id}</span>
        ),
        channel: ({ id, name }) => (
          <span className="mention">#{seen.channels[id]?.name ?? name ?? id}</span>
        ),
        usergroup: ({ id, name }) => (
          <span className="mention">
            @{seen.groups.find((each) => each.id === id)?.name ?? name}
          </span>
        ),
        date: ({ timestamp, format, fallback }) => (
          <>{slackDate(timestamp, format, fallback, reader)}</>
        ),
        link: ({ href, children }) => (
          <a href={onThisMachine(href)} target="_blank" rel="noreferrer noopener">
            {children}
          </a>
        ),
      }}
    />
  );
});

/** Pictures that were uploaded are on this machine. */
function withLocalFiles(block: Json): Json {
  const picture = (part: Json) =>
    part?.type === "image" && part.slack_file
      ? { ...part, slack_file: undefined, image_url: `/control/files/${fileId(part.slack_file)}` }
      : part;
  if (block.type === "image") return picture(block);
  if (block.type === "context") return { ...block, elements: block.elements.map(picture) };
  if (block.accessory) return { ...block, accessory: picture(block.accessory) };
  return block;
}

/** A link to a file of the workspace leads to its bytes, which are on this machine. */
function onThisMachine(href: string): string {
  const file = /^https:\/\/playground\.slack\.com\/files\/\w+\/(F[0-9A-Z]+)\//.exec(href);
  return file ? `/control/files/${file[1]}` : href;
}

/** For Slack, verbatim text only has no links of its own making; the library would show it raw. */
function forTheLibrary(part: Json): Json {
  if (Array.isArray(part)) return part.map(forTheLibrary);
  if (part === null || typeof part !== "object") return part;
  const { verbatim: _, ...rest } = part;
  return Object.fromEntries(
    Object.entries(rest).map(([name, inner]) => [name, forTheLibrary(inner)]),
  );
}

function fileId(file: Json): string {
  return file.id ?? /F[0-9A-Z]+/.exec(file.url ?? "")?.[0] ?? "";
}
