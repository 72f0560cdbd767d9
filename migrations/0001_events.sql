CREATE TABLE `accounts` (
	`vendor` text NOT NULL,
	`account` text NOT NULL,
	`contractor` text NOT NULL,
	`connection` text NOT NULL,
	PRIMARY KEY(`vendor`, `account`, `contractor`)
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`subscription` text NOT NULL,
	`event` text NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`claim` text,
	`claimed_until` integer,
	`payload` text NOT NULL,
	`log` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`subscription`,`event`);--> statement-breakpoint
CREATE INDEX `deliveries_by_contractor` ON `deliveries` (`contractor`,`created_at`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`due_at`) WHERE state IN ('pending', 'failed');--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`contractor` text NOT NULL,
	`vendor` text NOT NULL,
	`connection` text NOT NULL,
	`vendor_event` text NOT NULL,
	`type` text,
	`entity` text,
	`lane` text NOT NULL,
	`position` integer NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`reason` text,
	`done` text NOT NULL,
	`due_at` integer NOT NULL,
	`claim` text,
	`claimed_until` integer,
	`payload` text NOT NULL,
	`occurred_at` integer,
	`received_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `events_once` ON `events` (`connection`,`vendor_event`);--> statement-breakpoint
CREATE INDEX `events_by_contractor` ON `events` (`contractor`,`received_at`);--> statement-breakpoint
CREATE INDEX `events_open` ON `events` (`contractor`,`lane`,`position`) WHERE state IN ('received', 'failed', 'processing');--> statement-breakpoint
CREATE INDEX `events_due` ON `events` (`due_at`) WHERE state IN ('received', 'failed', 'processing');--> statement-breakpoint
CREATE INDEX `events_quarantined` ON `events` (`connection`,`position`) WHERE state = 'quarantined';--> statement-breakpoint
CREATE INDEX `events_received` ON `events` (`received_at`);--> statement-breakpoint
CREATE TABLE `lead_keys` (
	`contractor` text NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`lead` text NOT NULL,
	PRIMARY KEY(`contractor`, `kind`, `value`)
);
--> statement-breakpoint
CREATE INDEX `lead_keys_by_lead` ON `lead_keys` (`lead`);--> statement-breakpoint
CREATE TABLE `leads` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`name` text,
	`phones` text NOT NULL,
	`emails` text NOT NULL,
	`source` text,
	`custom` text NOT NULL,
	`external` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `leads_by_contractor` ON `leads` (`contractor`,`updated_at`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`url` text NOT NULL,
	`description` text NOT NULL,
	`types` text,
	`state` text NOT NULL,
	`failing_since` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `subscriptions_by_contractor` ON `subscriptions` (`contractor`);--> statement-breakpoint
CREATE TABLE `timeline` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`lead` text NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`vendor` text,
	`event` text,
	`words` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `timeline_by_lead` ON `timeline` (`contractor`,`lead`,`at`);--> statement-breakpoint
CREATE UNIQUE INDEX `timeline_once` ON `timeline` (`lead`,`event`);