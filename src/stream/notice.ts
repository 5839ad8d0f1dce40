/** What a source has to say besides lines. Times are epoch ms. */
export type Notice =
  | GapNotice
  | DropNotice
  | FollowingNotice
  | RotationNotice
  | TruncationNotice
  | AvailabilityNotice
  | ConnectionNotice
  | FrameNotice
  | StoppedNotice;

/** Lines may be missing here. */
export interface GapNotice {
  readonly type: 'gap';
  /**
   * `killed`: what came after the last commit is gone, and what was sent while nothing listened.
   * `stopped`: the source was stopped in good order; what was sent since then was not received.
   * `generation-missing`: the file that was being followed is gone, with what was not read of it.
   * `damaged-archive`: a packed generation ends early or is damaged.
   */
  readonly reason: 'killed' | 'stopped' | 'generation-missing' | 'damaged-archive';
  /** When the last line before the gap was received; `null` where none was. */
  readonly since: number | null;
  readonly until: number;
}

/** Lines that came and were lost. */
export interface DropNotice {
  readonly type: 'drop';
  /** `queue-full`: the consumer was slower than the senders. `kernel`: this process was slower than the network. */
  readonly reason: 'queue-full' | 'kernel';
  readonly lines: number;
  /** 0 where nobody counts them. */
  readonly bytes: number;
  readonly since: number;
  readonly until: number;
}

/** A file was found for the first time. Its position is the beginning, and is worth a commit of its own. */
export interface FollowingNotice {
  readonly type: 'following';
  readonly path: string;
  /** Empty while the file is. */
  readonly generation: string;
}

/** The path of a followed file holds a new generation, and the one before was read to its end. */
export interface RotationNotice {
  readonly type: 'rotation';
  readonly path: string;
  /** The generation that is over. */
  readonly generation: string;
}

/** A followed file became shorter, or holds something else than it did. */
export interface TruncationNotice {
  readonly type: 'truncation';
  readonly path: string;
  readonly generation: string;
  /** Bytes that had been read. */
  readonly offset: number;
  readonly size: number;
  /** The copy in which the rest was found; `null` where there is none, and what was not read is lost. */
  readonly copy: string | null;
}

/** A followed file cannot be read, or can be read again. */
export interface AvailabilityNotice {
  readonly type: 'availability';
  readonly path: string;
  readonly available: boolean;
  /** The system's word for it, such as `ENOENT`, or `not a file`; empty when it is available. */
  readonly reason: string;
}

/** Something about connections; several alike that wait to be read are one. */
export interface ConnectionNotice {
  readonly type: 'connection';
  /**
   * `reconnected`: from an address that was here before: what it sent in between is its own to know.
   * `refused`: there were too many. `idle`: silent for too long. `stalled`: a frame or a handshake was not finished
   * in time. `failed`: reset, or no TLS.
   */
  readonly reason: 'opened' | 'reconnected' | 'closed' | 'refused' | 'idle' | 'stalled' | 'failed';
  /** Address and port of the last of them. */
  readonly peer: string;
  readonly count: number;
}

/** A sender that does not follow the framing; its connection was closed. */
export interface FrameNotice {
  readonly type: 'frame';
  /** `oversized`: a count of octets beyond the bound. `garbage`: no frame begins here. */
  readonly reason: 'oversized' | 'garbage';
  readonly peer: string;
  readonly count: number;
}

/** The source was stopped in good order and everything it received came before this. */
export interface StoppedNotice {
  readonly type: 'stopped';
}

/** Two notices as one, `undefined` where each stands for itself. */
export function mergeNotices(a: Notice, b: Notice): Notice | undefined {
  if (a.type === 'drop' && b.type === 'drop' && a.reason === b.reason) {
    return { ...a, lines: a.lines + b.lines, bytes: a.bytes + b.bytes, until: b.until };
  }
  if (
    (a.type === 'connection' && b.type === 'connection' && a.reason === b.reason) ||
    (a.type === 'frame' && b.type === 'frame' && a.reason === b.reason)
  ) {
    return { ...a, peer: b.peer, count: a.count + b.count };
  }
  return undefined;
}
