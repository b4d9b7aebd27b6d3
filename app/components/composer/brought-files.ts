/** Files that a paste or a drop brings, told apart from text and from folders. Reads no file. */

/** What a drop brings: files, and the names of folders, which are none. */
export interface Brought {
  files: File[];
  folders: string[];
}

type Data = Pick<DataTransfer, 'files' | 'getData'> & {
  items?: ArrayLike<Pick<DataTransferItem, 'kind'> & Partial<DataTransferItem>>;
};

/**
 * Pictures of a clipboard; none where it has text beside them: office programs put a picture of every copied text into it.
 * A file's own name and the address of a picture are no text.
 */
export function pastedFiles(data: Data): File[] {
  const files = [...data.files];
  const text = data.getData('text/plain').trim();
  const isName = files.some(({ name }) => name === text) || text === files.map(({ name }) => name).join('\n');
  const isAddress = /^(https?|file|data|blob):\S+$/i.test(text);
  return text === '' || isName || isAddress ? files : [];
}

/** What was dropped. A folder looks like a file of no type that cannot be read. */
export function droppedFiles(data: Data): Brought {
  const folders = [...Array.from(data.items ?? [])].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry?.() : null;
    return entry?.isDirectory ? [entry.name] : [];
  });
  return { files: [...data.files].filter(({ name }) => !folders.includes(name)), folders };
}

/** Whether the bytes of a file can be read: it may have been moved since, or be a folder after all. */
export async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
