import type { Machine } from '../machine.ts';
import type { World } from '../world.ts';
import type { Unit } from './systemd.ts';

/** The services that make a server what it is, in start order. */
export interface ServerUnit {
  readonly unit: Unit;
  /** Name its process logs under. */
  readonly program: string;
}

export function serverUnits(world: World, machine: Machine): readonly ServerUnit[] {
  switch (machine.host.role) {
    case 'web':
      return [
        service('php8.1-fpm', 'The PHP 8.1 FastCGI Process Manager', 'php-fpm8.1'),
        service('nginx', 'A high performance web server and a reverse proxy server', 'nginx'),
      ];
    case 'mail':
      return [
        service('dovecot', 'Dovecot IMAP/POP3 email server', 'dovecot'),
        service('postfix@-', 'Postfix Mail Transport Agent (instance -)', 'postfix/master'),
      ];
    case 'file':
      return [
        service('nmbd', 'Samba NMB Daemon', 'nmbd'),
        service('smbd', 'Samba SMB Daemon', 'smbd'),
        service('nfs-server', 'NFS server and services', 'rpc.mountd'),
      ];
    case 'database':
      return world.company.practices.databaseServer === 'postgresql'
        ? [service('postgresql@14-main', 'PostgreSQL Cluster 14-main', 'postgres')]
        : [service('mariadb', 'MariaDB 10.6.12 database server', 'mariadbd')];
    case 'gateway':
      return [
        service('named', 'BIND Domain Name Server', 'named'),
        service('isc-dhcp-server', 'ISC DHCP IPv4 server', 'dhcpd'),
        service('openvpn@server', 'OpenVPN connection to server', 'ovpn-server'),
      ];
    case 'jump':
      return [service('chrony', 'chrony, an NTP client/server', 'chronyd')];
    case 'workstation':
      return [
        service('NetworkManager', 'Network Manager', 'NetworkManager'),
        service('gdm', 'GNOME Display Manager', 'gdm3'),
      ];
  }
}

// --- internal ---

function service(name: string, description: string, program: string): ServerUnit {
  return { unit: { name, description }, program };
}
