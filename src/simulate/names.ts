/** Words that people, hosts and companies are named from. */

export const GIVEN_NAMES: readonly string[] =
  'anna ben carla david elena felix greta hanna igor julia karim laura marek nadia oscar paula quentin rosa samir tina umar vera walter xenia yusuf zoe amina bruno clara dario emil farah gustav helga ivan jonas katya liam mira noah olga pavel rita sven tomas ursula victor wanda yara anton beatriz chen diego esther fatima george hugo ingrid jamal'.split(
    ' ',
  );

export const FAMILY_NAMES: readonly string[] =
  'adler bauer costa dvorak engel ferrari gruber hansen ivanov jansen keller lopez moreau novak olsen petrov quinn rossi schmid torres urban vogel weber yilmaz ziegler almeida berger conti demir eriksen fischer garcia huber iqbal johansson kovac lindgren martin nagy okafor pinto richter silva tanaka ulrich varga winter young zimmer abel brandt chevalier dietz evers frank'.split(
    ' ',
  );

export const COMPANY_FIRST: readonly string[] =
  'north silver alder harbor stone bright river amber blue castle delta elm forge grand iron kestrel linden maple oak pine quartz ridge summit tidal vale west'.split(
    ' ',
  );

export const COMPANY_SECOND: readonly string[] =
  'tools optics foods print textiles logistics energy travel design media instruments pharma dental furniture marine paper ceramics motion bikes glass'.split(
    ' ',
  );

/** Host names for companies that do not name hosts after their jobs. */
export const HOST_THEMES: readonly (readonly string[])[] = [
  'mercury venus mars jupiter saturn uranus neptune pluto ceres titan europa callisto ganymede io rhea dione triton oberon phobos deimos'.split(
    ' ',
  ),
  'rhine danube elbe seine loire tiber arno volga thames severn ebro duero tagus vistula oder drava sava inn aare reuss'.split(
    ' ',
  ),
  'eiger jungfrau piz-bernina ortler watzmann zugspitze rigi pilatus saentis dom weisshorn dufour castor pollux lyskamm breithorn titlis todi'.split(
    ' ',
  ),
  'falcon heron osprey raven wren finch robin swift kite owl merlin plover egret ibis lark magpie jay dove crane stork'.split(
    ' ',
  ),
];

/** User names that scanners of the internet try. */
export const SCANNED_NAMES: readonly string[] =
  'admin test user ubuntu oracle postgres guest ftpuser pi git mysql support hadoop jenkins nagios deploy www tomcat student dev minecraft ansible vagrant zabbix elastic centos ec2-user steam teamspeak weblogic sysadmin info demo server web ts3 es odoo gitlab sammy butter'.split(
    ' ',
  );
