CREATE TABLE `calendar_busy` (
	`contractor` text NOT NULL,
	`vendor` text NOT NULL,
	`event` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	PRIMARY KEY(`contractor`, `vendor`, `event`, `starts_at`)
);
--> statement-breakpoint
CREATE INDEX `calendar_busy_by_time` ON `calendar_busy` (`contractor`,`ends_at`);--> statement-breakpoint
CREATE TABLE `calendar_conflicts` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`vendor` text NOT NULL,
	`calendar` text NOT NULL,
	`job` text NOT NULL,
	`field` text NOT NULL,
	`ours` text,
	`theirs` text,
	`since` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`kept` text
);
--> statement-breakpoint
CREATE INDEX `calendar_conflicts_by_contractor` ON `calendar_conflicts` (`contractor`,`since`);--> statement-breakpoint
CREATE UNIQUE INDEX `calendar_conflicts_open` ON `calendar_conflicts` (`contractor`,`vendor`,`calendar`,`job`,`field`) WHERE resolved_at IS NULL;--> statement-breakpoint
CREATE TABLE `calendar_links` (
	`contractor` text NOT NULL,
	`vendor` text NOT NULL,
	`calendar` text NOT NULL,
	`job` text NOT NULL,
	`event` text NOT NULL,
	`state` text NOT NULL,
	`generation` integer NOT NULL,
	`version` text,
	`base` text NOT NULL,
	`theirs` text,
	`writing` text DEFAULT '[]' NOT NULL,
	`revision` integer NOT NULL,
	`last_writer` text NOT NULL,
	`seen` integer DEFAULT 0 NOT NULL,
	`reason` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`contractor`, `vendor`, `calendar`, `job`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `calendar_links_by_event` ON `calendar_links` (`contractor`,`vendor`,`calendar`,`event`);--> statement-breakpoint
CREATE INDEX `calendar_links_by_job` ON `calendar_links` (`job`);--> statement-breakpoint
CREATE TABLE `calendar_syncs` (
	`contractor` text NOT NULL,
	`vendor` text NOT NULL,
	`calendar` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`since` integer NOT NULL,
	`cursor` text,
	`page` text,
	`resetting` integer,
	`channel` text,
	`busy_at` integer DEFAULT 0 NOT NULL,
	`reason` text,
	`last_ok_at` integer,
	`next_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`contractor`, `vendor`)
);
--> statement-breakpoint
CREATE INDEX `calendar_syncs_due` ON `calendar_syncs` (`next_at`) WHERE state = 'on';--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`lead` text,
	`title` text NOT NULL,
	`start` text NOT NULL,
	`end` text NOT NULL,
	`time_zone` text,
	`location` text,
	`notes` text,
	`recurrence` text,
	`exceptions` text DEFAULT '[]' NOT NULL,
	`status` text NOT NULL,
	`revision` integer NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `jobs_by_contractor` ON `jobs` (`contractor`,`starts_at`);