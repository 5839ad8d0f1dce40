import type { HostRole } from '../company.ts';

/** Commands that people here run through sudo, with the paths that sudo prints. */

export const ADMIN_COMMANDS: { readonly any: readonly string[] } & Partial<Record<HostRole, readonly string[]>> = {
  any: [
    '/usr/bin/apt update',
    '/usr/bin/apt list --upgradable',
    '/usr/bin/journalctl -xe',
    '/usr/bin/journalctl --since today -p err',
    '/usr/bin/less /var/log/syslog',
    '/usr/bin/tail -f /var/log/syslog',
    '/usr/bin/tail -n 100 /var/log/auth.log',
    '/usr/bin/systemctl status',
    '/usr/bin/systemctl list-timers',
    '/usr/bin/du -sh /var/log /var/cache',
    '/usr/bin/ss -tlnp',
    '/usr/sbin/ufw status numbered',
    '/usr/bin/vim /etc/hosts',
    '/usr/bin/dmesg -T',
    '/usr/bin/df -h',
    '/usr/bin/ls -la /root',
  ],
  web: [
    '/usr/sbin/nginx -t',
    '/usr/bin/systemctl reload nginx',
    '/usr/bin/vim /etc/nginx/sites-available/default',
    '/usr/bin/certbot certificates',
  ],
  mail: [
    '/usr/sbin/postqueue -p',
    '/usr/sbin/postfix check',
    '/usr/bin/vim /etc/postfix/main.cf',
    '/usr/bin/doveadm who',
    '/usr/sbin/postmap /etc/postfix/transport',
  ],
  file: [
    '/usr/bin/smbstatus',
    '/usr/sbin/exportfs -ra',
    '/usr/bin/vim /etc/samba/smb.conf',
    '/usr/sbin/zpool status',
    '/usr/bin/du -sh /srv/home',
  ],
  database: [
    '/usr/bin/pg_lsclusters',
    '/usr/bin/du -sh /var/lib',
    '/usr/bin/iotop -b -n 1',
    '/usr/bin/vim /etc/sysctl.d/60-database.conf',
  ],
  gateway: [
    '/usr/sbin/rndc status',
    '/usr/bin/vim /etc/dhcp/dhcpd.conf',
    '/usr/bin/cat /run/openvpn/server.status',
    '/usr/sbin/tcpdump -c 100 -ni any port 53',
  ],
  jump: ['/usr/bin/last -n 30', '/usr/bin/lastb -n 30', '/usr/bin/vim /etc/ssh/sshd_config'],
};

export const DEVELOPER_COMMANDS: Partial<Record<HostRole, readonly string[]>> = {
  web: [
    '/usr/bin/tail -f /var/log/nginx/error.log',
    '/usr/bin/tail -n 200 /var/log/nginx/access.log',
    '/usr/bin/systemctl status nginx',
    '/usr/bin/systemctl reload php8.1-fpm',
    '/usr/bin/journalctl -u nginx -n 50',
  ],
  database: ['/usr/bin/systemctl status postgresql', '/usr/bin/less /var/log/postgresql/postgresql-14-main.log'],
};
