/** Where lines keep coming from: files that are being written, standard input, syslog, HTTP push. */
export { type StreamClock, systemClock } from './clock.ts';
export type { ConnectionBounds } from './connections.ts';
export type { FeedCounts } from './counts.ts';
export { type FollowedFileOptions, followedFile } from './followed-file.ts';
export type { FollowBounds } from './follower.ts';
export type { FrameBounds, Framing } from './framer.ts';
export { type HttpPushOptions, httpPush, type PushBounds, type PushFeed } from './http-push.ts';
export { type HttpPushServerOptions, httpPushServer, pushRequest } from './http-push-server.ts';
export type { QueueBounds } from './intake.ts';
export { type Address, type Endpoint, endpointName, LOOPBACK, listen } from './listen.ts';
export type {
  AvailabilityNotice,
  ConnectionNotice,
  DropNotice,
  FollowingNotice,
  FrameNotice,
  GapNotice,
  Notice,
  RotationNotice,
  StoppedNotice,
  TruncationNotice,
} from './notice.ts';
export type { PushRequest, PushResponse } from './push-request.ts';
export type {
  Delivery,
  Feed,
  FeedItem,
  JsonValue,
  ListeningFeed,
  LiveSource,
  NoticeItem,
  OpenOptions,
  Position,
  SourceKind,
} from './source.ts';
export { type StandardInputOptions, standardInput } from './standard-input.ts';
export { type SyslogTcpOptions, syslogTcp } from './syslog-tcp.ts';
export { type SyslogUdpOptions, syslogUdp } from './syslog-udp.ts';
export { readTls, type TlsFiles } from './tls-files.ts';
