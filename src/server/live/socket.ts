import type { WebSocket } from 'ws';
import type { LiveClient } from './hub.ts';

/**
 * Sends a client's messages through a WebSocket (RFC 6455), one after the other is out.
 * Nothing is read: what the client sends ends the connection.
 */
export async function feedSocket(socket: WebSocket, { queue, leave }: LiveClient): Promise<void> {
  socket.on('close', leave);
  socket.on('error', leave);
  socket.on('message', () => socket.close(1008, 'Nothing is read here.'));
  for (let frame = await queue.next(); frame !== null; frame = await queue.next()) {
    const { text } = frame;
    const failed = await new Promise<Error | undefined>((resolve) =>
      socket.send(text, (error) => resolve(error ?? undefined)),
    );
    if (failed) break;
  }
  leave();
  socket.close(1001, 'Caracal is stopping, or you may no longer watch.');
}
