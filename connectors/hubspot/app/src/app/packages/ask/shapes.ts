/**
 * What the connector answers to cards, settings and the bulk action: the one place of these shapes, for both sides. Types
 * only, because this folder is uploaded to HubSpot and the connector is not.
 */

/** A contact that a record leads to. */
export interface Person {
  readonly contactId: string;
  readonly name: string;
  /** E.164; null = none that can be texted. */
  readonly number: string | null;
  /** Why they cannot be texted at all, as one sentence; null = nothing is known against it. */
  readonly blocked: string | null;
}

/** One text of a conversation. */
export interface Line {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly body: string;
  /** Of the API: queued, sent, delivered, … */
  readonly status: string;
  /** RFC 3339. */
  readonly at: string;
  readonly segments: number;
  /** Why it did not arrive. */
  readonly error: string | null;
  /** The recipient may have got it twice. */
  readonly ambiguous: boolean;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** GET card/thread?objectTypeId=0-1&objectId=…&contactId=… */
export interface ThreadAnswer {
  readonly people: readonly Person[];
  /** How many more contacts the record has than are shown. */
  readonly morePeople: number;
  /** Whose conversation it is; null = the record has no contact. */
  readonly contactId: string | null;
  /** The oldest first. */
  readonly lines: readonly Line[];
  readonly senders: readonly Choice[];
  /** What it is sent from when nothing is chosen; null = the server chooses. */
  readonly sender: string | null;
}

/** A text about a record, to one of its contacts. */
export interface TextAbout {
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly contactId: string;
  /** One of `senders`; null = the server chooses. */
  readonly from: string | null;
  readonly body: string;
}

/** POST card/preview takes TextAbout. Nothing is stored or sent. */
export interface PreviewAnswer {
  readonly allowed: boolean;
  /** Why not, or why not now, as one sentence. */
  readonly reason: string | null;
  /** It would be taken and not leave at once: it is night at the contact, or somebody has to look at it. */
  readonly waits: boolean;
  /** RFC 3339; the first moment at which a text that waits may leave; null = nobody knows. */
  readonly sendAt: string | null;
  readonly from: string;
  /** 0 = nobody could say. */
  readonly segments: number;
  readonly encoding: string;
  /** Characters that still fit into the last segment. */
  readonly remaining: number;
  /** As the recipient would read it. */
  readonly text: string;
  readonly hints: readonly string[];
}

/** POST card/send. The same `clientRef` is one text, however often it is sent. */
export interface SendRequest extends TextAbout {
  readonly clientRef: string;
}

export type SendAnswer =
  | { readonly ok: true; readonly messageId: string; readonly status: string; readonly segments: number }
  | { readonly ok: false; readonly code: string; readonly reason: string };

/** POST bulk/preview: at most 100 contacts at a time. */
export interface BulkRequest {
  readonly contactIds: readonly string[];
  readonly from: string | null;
  /** {{contact.firstname}} and the like are filled in. */
  readonly body: string;
  readonly messageType: 'transactional' | 'promotional';
}

/** POST bulk/send. */
export interface BulkSendRequest extends BulkRequest {
  readonly clientRef: string;
}

export interface BulkRow {
  readonly contactId: string;
  readonly name: string;
  readonly number: string | null;
  /** `later`: it would wait for the hours of the recipient; `blocked`: it is not sent. */
  readonly state: 'ready' | 'later' | 'blocked';
  readonly code: string | null;
  readonly reason: string | null;
  readonly segments: number;
  readonly text: string | null;
}

export interface BulkAnswer {
  readonly rows: readonly BulkRow[];
}

/** GET bulk/senders. */
export interface SendersAnswer {
  readonly senders: readonly Choice[];
  readonly sender: string | null;
}

/** What an administrator chooses for the whole account. */
export interface Settings {
  readonly default_sender: string | null;
  /** By the id of the owner. */
  readonly owner_senders: Readonly<Record<string, string>>;
  /** ISO 3166-1 alpha-2. */
  readonly default_country: string | null;
  readonly log: 'each' | 'daily' | 'off';
  readonly tickets: 'on' | 'off';
  readonly ticket_pipeline: string | null;
  readonly ticket_stage_new: string | null;
  readonly ticket_stage_waiting: string | null;
  readonly ticket_stage_replied: string | null;
  readonly reopen_days: number;
  readonly failure_tasks: boolean;
  readonly create_contacts: boolean;
  readonly opt_in_by_users: boolean;
  /** Of texts of workflows and rules. */
  readonly quiet_hours: 'wait' | 'block';
  readonly frequency_cap: 'wait' | 'block';
  /** By e-mail address; empty = everybody whom HubSpot shows the page. */
  readonly settings_users: readonly string[];
}

export interface Stage {
  readonly id: string;
  readonly label: string;
  readonly pipelineId: string;
  readonly pipelineLabel: string;
  readonly isClosed: boolean;
}

/** GET settings. */
export interface SettingsAnswer {
  readonly portalId: number;
  /** Of the server's key: `test` reaches simulated phones only. */
  readonly mode: 'test' | 'live';
  /** What an administrator has to know; null = nothing. */
  readonly notice: string | null;
  readonly settings: Settings;
  readonly maySave: boolean;
  readonly senders: readonly Choice[];
  readonly owners: readonly Choice[];
  readonly ticketStages: readonly Stage[];
}

/** GET settings/given-up, and what POST settings/given-up answers, which takes `{ id }` and tries it again. */
export interface GivenUpAnswer {
  /** The newest first, 20 at most, of the last 30 days. */
  readonly tasks: readonly {
    readonly id: string;
    readonly what: string;
    readonly reason: string;
    /** RFC 3339. */
    readonly at: string;
    readonly record: { readonly label: string; readonly url: string } | null;
  }[];
}

/** PUT settings takes what is to be changed, and answers what holds now. */
export interface SettingsChange {
  readonly changes: Partial<Settings>;
}

/** GET settings/numbers, and what PUT settings/numbers answers. */
export interface Channels {
  /** Why no number can be connected to an inbox, as one sentence; null = it can. */
  readonly unavailable: string | null;
  readonly inboxes: readonly Choice[];
  readonly numbers: readonly OwnNumberAnswer[];
}

export interface OwnNumberAnswer {
  readonly number: string;
  /** Replies become tickets of ours, or conversations of an inbox, or neither. */
  readonly mode: 'off' | 'ticket' | 'channel';
  readonly inboxId: string | null;
  /** Somebody turned it off in HubSpot's inbox settings: until it is on again, its replies become tickets. */
  readonly isTurnedOff: boolean;
}

/** PUT settings/numbers. */
export interface NumberChange {
  readonly number: string;
  readonly mode: OwnNumberAnswer['mode'];
  readonly inboxId: string | null;
}

/** A text when a deal or a ticket comes to a stage. */
export interface StageRule {
  readonly name: string;
  readonly object: 'deal' | 'ticket';
  readonly stage: string;
  readonly recipients: 'primary' | 'all';
  /** `owner`: the number of the owner, else that of the account. */
  readonly sender: string;
  /** {{name}} stands for a variable. */
  readonly body: string | null;
  readonly template_id: string | null;
  readonly variables: Readonly<
    Record<string, { readonly from: 'contact' | 'record'; readonly property: string; readonly fallback: string | null }>
  >;
  readonly message_class: 'service' | 'marketing';
  /** In the time zone of the account; null = at any time. */
  readonly hours: { readonly from_hour: number; readonly to_hour: number; readonly weekdays_only: boolean } | null;
  readonly settle_seconds: number;
  readonly max_age_seconds: number;
  readonly max_per_hour: number;
  readonly pause_above_per_minute: number;
}

/** GET settings/rules, and what PUT and DELETE settings/rules answer. */
export interface RulesAnswer {
  readonly rules: readonly {
    readonly id: string;
    readonly rule: StageRule;
    readonly isOn: boolean;
    /** Why it stopped itself; null = it did not. */
    readonly pausedReason: string | null;
    /** What became of changes, and of how many; `open` are not dealt with yet. */
    readonly outcomes: Readonly<Record<string, number>>;
  }[];
  /** Of deals and tickets, where they can be read. */
  readonly stages: { readonly deal: readonly Stage[]; readonly ticket: readonly Stage[] };
  readonly templates: readonly TemplateChoice[];
}

/** A wording that the server keeps. */
export interface TemplateChoice {
  readonly id: string;
  readonly name: string;
  readonly body: string;
}

/** PUT settings/rules. What is left out of a rule has a default. */
export interface RuleChange {
  /** A UUID made by the page. */
  readonly id: string;
  readonly isOn: boolean;
  readonly rule: Partial<StageRule> & Pick<StageRule, 'name' | 'object' | 'stage'>;
}

/** POST settings/rules/dry-run takes a rule: whom it would text among the records at the stage, changed in the last week. */
export interface DryRunAnswer {
  readonly records: number;
  readonly wouldText: number;
  /** Why the others would get nothing, and how many. */
  readonly blocked: Readonly<Record<string, number>>;
}

/** What every route answers that cannot do what was asked. */
export interface Refusal {
  readonly error: { readonly code: string; readonly detail: string };
}
