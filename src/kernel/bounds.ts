/** How much of something vigie takes, and what becomes of what is beyond it. */
export interface Bound {
  readonly most: number;
  readonly unit: 'characters' | 'bytes' | 'documents' | 'keys' | 'lines' | 'parts' | 'steps' | 'milliseconds' | 'connections' | 'a minute';
  /**
   * `cut`: shown in part, with a mark of how much is missing. `file`: goes along as a file. `counted`: counted by the server that has it
   * instead of read. `refused`: whoever sent it is told so in words. `later`: waits for its turn. `dropped`: taken away, and said so.
   */
  readonly beyond: 'cut' | 'file' | 'counted' | 'refused' | 'later' | 'dropped';
}

/**
 * Every bound on what comes from outside: people, documents, servers, whoever reaches a port of vigie's. Numbers of other kinds (how often,
 * how long one waits for a step) stand where they are used.
 */
export const BOUNDS = {
  // What people type.

  /** Far above any real command. */
  command: { most: 4_000, unit: 'characters', beyond: 'refused' },
  /** Commands of one post, a line each: with more of them it is no list of commands. */
  commandLines: { most: 10, unit: 'lines', beyond: 'refused' },
  /** A moment as a person says it: `the day before yesterday at 14:00`. */
  moment: { most: 100, unit: 'characters', beyond: 'refused' },
  /** A word longer than any name isn't a slip of one: nothing is looked for that comes near it. */
  slip: { most: 100, unit: 'characters', beyond: 'dropped' },
  /** One pattern with `*`, of a silence, a policy or a window. Host names and fields end far below. */
  pattern: { most: 256, unit: 'characters', beyond: 'refused' },
  /** Stars in one pattern: nobody reads a longer one. */
  patternStars: { most: 16, unit: 'steps', beyond: 'refused' },
  /** Matchers of one silence: a rule and each field of its key. */
  matchers: { most: 20, unit: 'parts', beyond: 'refused' },
  /** What one person may ask for, by whatever way: a person types a command in two seconds at best. */
  requests: { most: 30, unit: 'a minute', beyond: 'refused' },

  // What vigie says.

  /** Mattermost's own limit of a message. Source: mattermost-recorded. */
  message: { most: 16_383, unit: 'characters', beyond: 'cut' },
  /** What of an answer is read in a channel; the whole of it goes along as a file. */
  answer: { most: 3_900, unit: 'characters', beyond: 'file' },
  /** A field of an attachment: Mattermost folds it long before. */
  field: { most: 4_000, unit: 'characters', beyond: 'cut' },
  /** Title or footer of an attachment: one line. */
  title: { most: 300, unit: 'characters', beyond: 'cut' },
  /** Text of an attachment. */
  attachmentText: { most: 8_000, unit: 'characters', beyond: 'cut' },
  /** Fields of an attachment. */
  attachmentFields: { most: 20, unit: 'parts', beyond: 'dropped' },
  /**
   * All props of a post, as Mattermost counts them: 800,000 runes of JSON in which `<`, `>` and `&` take six. Source: PostPropsMaxRunes
   * of `model/post.go`. A quarter of it, since proxies and databases have limits of their own.
   */
  props: { most: 200_000, unit: 'characters', beyond: 'cut' },
  /** Statements for a person, beside the end of a restore: what is beyond stands in the file on vigie's machine. */
  statements: { most: 50_000, unit: 'characters', beyond: 'cut' },
  /** A file beside a post. Mattermost's default is 100 MB; nobody reads one of ten. */
  file: { most: 10_000_000, unit: 'bytes', beyond: 'cut' },
  /** One value of outside inside a sentence: a name, a reason, a measured text. */
  value: { most: 600, unit: 'characters', beyond: 'cut' },
  /** Names in one sentence: people, hosts, differences. */
  listed: { most: 120, unit: 'parts', beyond: 'cut' },
  /** A code block, such as a log: what of it doesn't fit a post stands in the file beside it. */
  block: { most: 150_000, unit: 'characters', beyond: 'cut' },
  /** A section that a template makes, before it is cut to where it goes. */
  section: { most: 200_000, unit: 'characters', beyond: 'cut' },
  /** How long the words of one post may take to be made: those of 5,000 effects take a third of a second on a slow machine. */
  renderTime: { most: 3_000, unit: 'milliseconds', beyond: 'cut' },
  /** Lines of one answer at the terminal of `vigie do`. */
  terminal: { most: 20_000, unit: 'characters', beyond: 'cut' },
  /** Points and series of one chart, and letters of a label on it: more can't be told apart. */
  chartPoints: { most: 5_000, unit: 'parts', beyond: 'refused' },
  /** Series of one chart. */
  chartSeries: { most: 64, unit: 'parts', beyond: 'refused' },
  /** A label on a chart. */
  chartLabel: { most: 120, unit: 'characters', beyond: 'cut' },
  /** What a picture is called: file systems and Mattermost take more. */
  pictureName: { most: 80, unit: 'characters', beyond: 'cut' },
  /** Why a pager refused, as it is told. */
  pagerReason: { most: 200, unit: 'characters', beyond: 'cut' },
  /** Notes of a backup, as Proxmox takes them. */
  guestNotes: { most: 1_024, unit: 'characters', beyond: 'cut' },
  /** The title of a page outside the chat: a phone shows the beginning. */
  pageTitle: { most: 250, unit: 'characters', beyond: 'cut' },
  /** The text of a page. ntfy takes 4,096 bytes and makes a file of what is longer. Source: its documentation, message-size-limit. */
  pageText: { most: 3_000, unit: 'bytes', beyond: 'cut' },

  // What a look at the documents reads.

  /** Documents that one look of one rule reads. */
  lookDocuments: { most: 25_000, unit: 'documents', beyond: 'counted' },
  /** The same for a look that a vigie died in. */
  cautiousDocuments: { most: 5_000, unit: 'documents', beyond: 'counted' },
  /** Keys of a rule that one look tells apart, and that are remembered from look to look: beyond, the rule says that it can't be looked at, or what it forgot. */
  lookKeys: { most: 100_000, unit: 'keys', beyond: 'refused' },
  /** What the documents weigh that one look reads. */
  lookMemory: { most: 50_000_000, unit: 'bytes', beyond: 'counted' },
  /** What the documents weigh that all looks of a round hold at once. */
  roundMemory: { most: 50_000_000, unit: 'bytes', beyond: 'later' },
  /** One text of a document that is kept. Nothing that can be searched by is longer: Lucene's longest term has 32,766 bytes. */
  documentText: { most: 32_766, unit: 'characters', beyond: 'cut' },
  /** The document behind an alert, as it is stored for the rule's texts. */
  storedDocument: { most: 64_000, unit: 'characters', beyond: 'cut' },
  /** A part of an alert's key. Longer ones are cut, and told apart by their hash. */
  keyPart: { most: 1_000, unit: 'characters', beyond: 'cut' },
  /** Keys, ids or values of one kind that a rule remembers from look to look. */
  remembered: { most: 20_000, unit: 'keys', beyond: 'dropped' },

  /** Names of hosts and containers that a chart's search tells apart. */
  metricNames: { most: 1_000, unit: 'keys', beyond: 'cut' },

  // What other servers answer.

  /** One answer of Elasticsearch. What is larger is asked for again in parts. */
  searchAnswer: { most: 16 * 1024 * 1024, unit: 'bytes', beyond: 'later' },
  /** One answer of Mattermost: a page of 200 posts of full size. */
  chatAnswer: { most: 32 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** One frame of Mattermost's websocket; the largest post there is has some 900 kB. */
  chatFrame: { most: 1024 * 1024, unit: 'characters', beyond: 'dropped' },
  /** What of a line of a service's log is looked through: Docker itself cuts lines at 16 KiB. */
  logFrame: { most: 64 * 1024, unit: 'bytes', beyond: 'cut' },
  /** One line of a service's log, as it is shown in a file. */
  logLine: { most: 4_000, unit: 'characters', beyond: 'cut' },
  /** An entry of several lines, such as a stack trace, as it is shown in a file. */
  logEntry: { most: 16_000, unit: 'characters', beyond: 'cut' },
  /** Lines of a service's log that are read of, the newest. */
  logLines: { most: 2_000, unit: 'lines', beyond: 'cut' },
  /** All of them together: what is older is left out. */
  logText: { most: 1_000_000, unit: 'characters', beyond: 'cut' },
  /** What of a line of a machine's journal is read: systemd itself cuts what a program prints at 48 KiB. */
  journalLine: { most: 256 * 1024, unit: 'bytes', beyond: 'cut' },
  /** What Docker answers to one question; logs are read as they come, and bounded by their lines. */
  dockerAnswer: { most: 32 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** One answer of a registry: a page of tags, a manifest. */
  registryAnswer: { most: 4 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** Tags of one repository that are read. */
  registryTags: { most: 2_000, unit: 'parts', beyond: 'cut' },
  /** One answer of Traefik's API: a page of routers, or all frontends of version 1. */
  traefikAnswer: { most: 8 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** One answer of Proxmox, over HTTPS or SSH. */
  hypervisorAnswer: { most: 32 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** One answer of AMT: all disks or memory modules of a machine. */
  amtAnswer: { most: 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** One answer of a controller over Redfish: a page of its log. */
  redfishAnswer: { most: 4 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** Members of one collection that are asked, each by a question of its own: memory modules, drives. */
  redfishMembers: { most: 64, unit: 'parts', beyond: 'cut' },
  /** Entries of a controller's log that are read. */
  redfishEntries: { most: 1_000, unit: 'parts', beyond: 'cut' },
  /** Pixels of one screen: AMT's largest has 4 million, and four times as many are 8K. */
  screenPixels: { most: 40_000_000, unit: 'parts', beyond: 'refused' },
  /** Why a console refuses, and what it is called. */
  screenReason: { most: 4_096, unit: 'bytes', beyond: 'refused' },
  /** The picture of a screen: larger ones are made smaller. */
  screenPicture: { most: 1_500_000, unit: 'bytes', beyond: 'cut' },
  /** What a command on a host says: names of thousands of files. */
  hostAnswer: { most: 16 * 1024 * 1024, unit: 'bytes', beyond: 'cut' },
  /** What is kept of a command's output over SSH, or in a container, unless somebody asks for more. */
  sshOutput: { most: 1024 * 1024, unit: 'bytes', beyond: 'cut' },
  /** What a probe reads of a page. */
  probeBody: { most: 256 * 1024, unit: 'bytes', beyond: 'dropped' },
  /** The beginning of a dump, which says what is in it: half a million large objects take 85 MB. */
  archiveHead: { most: 512 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** What of a bad answer is kept: `404 page not found`. */
  probeSaid: { most: 200, unit: 'characters', beyond: 'cut' },
  /** Entries of a database's catalogue as the ledger has them one by one: more are packed into one text. */
  catalogueEntries: { most: 1_000, unit: 'parts', beyond: 'cut' },
  /** A database's catalogue, unpacked. */
  unpacked: { most: 256 * 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** Collections of one database. */
  collections: { most: 100_000, unit: 'parts', beyond: 'refused' },
  /** Why a pager refuses. */
  refusalText: { most: 4_000, unit: 'bytes', beyond: 'dropped' },
  /** A calendar of turns. */
  calendar: { most: 1024 * 1024, unit: 'bytes', beyond: 'refused' },
  /** Steps through the repetitions of a calendar. */
  calendarSteps: { most: 300_000, unit: 'steps', beyond: 'refused' },
  /** Aliases (`*name`) that a YAML file may unfold to. */
  yamlAliases: { most: 100, unit: 'parts', beyond: 'refused' },
  /** A file of rules or of configuration. */
  yamlFile: { most: 1024 * 1024, unit: 'bytes', beyond: 'refused' },

  // What others send to vigie's ports.

  /** Body of a callback; Mattermost's own have some kilobytes. */
  httpBody: { most: 64 * 1024, unit: 'bytes', beyond: 'refused' },
  /** One whole request, from its first byte to its last. Mattermost sends its own in a few milliseconds. */
  httpRequest: { most: 5_000, unit: 'milliseconds', beyond: 'refused' },
  /** Connections to vigie's port, all together. */
  httpConnections: { most: 200, unit: 'connections', beyond: 'refused' },
  /** Those of one address: whoever holds them all leaves room for Mattermost. */
  httpPerAddress: { most: 100, unit: 'connections', beyond: 'refused' },
  /** Callbacks that are being answered, all together. */
  httpCallbacks: { most: 100, unit: 'connections', beyond: 'refused' },
  /** How soon Mattermost is asked for its signing key again. */
  signingKey: { most: 60_000, unit: 'milliseconds', beyond: 'later' },
  /** A line on vigie's own socket. */
  socketLine: { most: 64 * 1024, unit: 'bytes', beyond: 'refused' },
  /** How long a client of that socket may take for its first line. */
  socketSilence: { most: 5_000, unit: 'milliseconds', beyond: 'refused' },
  /** Clients of that socket. */
  socketConnections: { most: 50, unit: 'connections', beyond: 'refused' },
  /** Those of one account that proved itself. */
  socketPerAccount: { most: 5, unit: 'connections', beyond: 'refused' },
} as const satisfies Record<string, Bound>;
