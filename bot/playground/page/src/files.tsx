// A field for files: each is given to the playground when it is chosen, and sent by its id.

import { useState, type ReactNode } from "react";
import { usePage } from "./context";
import type { FieldProps } from "./fields";
import type { Json } from "./protocol";

// https://docs.slack.dev/reference/block-kit/block-elements/file-input-element/
const MOST_FILES = 10;

export function FileField({ element, value, change, label }: FieldProps): ReactNode {
  const { act } = usePage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const given: Json[] = value ?? [];
  const most: number = element.max_files ?? MOST_FILES;
  const types: string[] | undefined = element.filetypes;

  const upload = async (file: File): Promise<Json> => {
    if (types && !types.includes(suffixOf(file.name)))
      throw new Error(`Files of these types can be chosen: ${types.join(", ")}.`);
    const answer = await act({ do: "uploads", name: file.name, content: await inBase64(file) });
    if (!answer.file) throw new Error(answer.error ?? "The file could not be uploaded.");
    return { value: answer.file, name: file.name };
  };
  const give = async (files: File[]) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const more = await Promise.all(files.map(upload));
      change([...given, ...more].slice(-most));
    } catch (failure) {
      setProblem((failure as Error).message);
    }
    setBusy(false);
  };
  return (
    <span className="files-field" aria-busy={busy}>
      {given.map((file) => (
        <span key={file.value} className="file-given">
          <span>{file.name}</span>
          <button
            type="button"
            className="bare"
            aria-label={`Remove ${file.name}`}
            onClick={() => change(given.filter((each) => each.value !== file.value))}
          >
            ✕
          </button>
        </span>
      ))}
      <input
        type="file"
        aria-label={label}
        accept={types?.map((each) => `.${each}`).join(",")}
        multiple={most > 1}
        disabled={busy}
        onChange={(event) => {
          void give([...(event.target.files ?? [])]);
          // The same file may be chosen again after it was changed.
          event.target.value = "";
        }}
      />
      {busy && <span className="quiet">Uploading…</span>}
      {problem && (
        <span className="field-error" role="alert">
          ⚠ {problem}
        </span>
      )}
    </span>
  );
}

function suffixOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

function inBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });
}
