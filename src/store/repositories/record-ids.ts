/**
 * Ids that a chunk of lines has, and so the lines that it holds at most: the id of a
 * line is that of its chunk times this, plus its place in the chunk.
 */
export const CHUNK_IDS = 65_536;
