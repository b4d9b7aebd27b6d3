/** Puts a stored picture on the clipboard; false where the browser does not let a page do that. */
export async function copyPicture(hash: string): Promise<boolean> {
  if (!navigator.clipboard || typeof ClipboardItem === 'undefined') return false;
  // The promise goes in as it is: Safari takes it only at once with the click.
  const picture = fetch(`/images/${hash}`).then((response) => response.blob());
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** Copies text; without HTTPS, where the clipboard API does not exist, by the old way of a selected box. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement('textarea');
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
}
