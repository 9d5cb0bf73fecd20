/** Groups of candidates for an audit, as somebody keeps them outside of this system. */

/**
 * Read lines of "group,profile id"; a first line with names of columns is left out.
 *
 * @throws Error that names the first line that cannot be read
 */
export function readGroups(text: string): { group: string; profileIds: string[] }[] {
  const groups = new Map<string, string[]>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (!line.trim()) return;
    const found = /^\s*"?(.+?)"?\s*[,;\t]\s*"?([0-9a-f-]{36})"?\s*$/i.exec(line);
    if (!found && index === 0) return;
    if (!found) throw new Error(`Line ${index + 1} is not a group and the id of a profile.`);
    const [, group = "", profileId = ""] = found;
    groups.set(group, [...(groups.get(group) ?? []), profileId.toLowerCase()]);
  });
  return [...groups].map(([group, profileIds]) => ({ group, profileIds }));
}
