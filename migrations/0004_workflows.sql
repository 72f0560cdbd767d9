CREATE TABLE `fetches` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`vendor` text NOT NULL,
	`workflow` text,
	`state` text NOT NULL,
	`reason` text,
	`counts` text NOT NULL,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `fetches_by_contractor` ON `fetches` (`contractor`,`started_at`);--> statement-breakpoint
CREATE TABLE `lead_syncs` (
	`lead` text NOT NULL,
	`vendor` text NOT NULL,
	`contractor` text NOT NULL,
	`crm_id` text NOT NULL,
	`base` text NOT NULL,
	`written` text NOT NULL,
	`wrote_at` integer,
	`url` text,
	`synced_at` integer NOT NULL,
	PRIMARY KEY(`lead`, `vendor`)
);
--> statement-breakpoint
CREATE INDEX `lead_syncs_by_crm` ON `lead_syncs` (`contractor`,`vendor`,`crm_id`);--> statement-breakpoint
CREATE TABLE `run_waits` (
	`run` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`about` text NOT NULL,
	`type` text NOT NULL,
	`since` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `run_waits_by_about` ON `run_waits` (`contractor`,`about`,`type`);--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`workflow` text NOT NULL,
	`version` integer NOT NULL,
	`name` text NOT NULL,
	`lead` text,
	`state` text NOT NULL,
	`reason` text,
	`vendor` text,
	`step` text,
	`started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`wakes_at` integer
);
--> statement-breakpoint
CREATE INDEX `runs_by_contractor` ON `runs` (`contractor`,`started_at`);--> statement-breakpoint
CREATE INDEX `runs_by_workflow` ON `runs` (`workflow`,`started_at`);--> statement-breakpoint
CREATE INDEX `runs_by_lead` ON `runs` (`lead`);--> statement-breakpoint
CREATE INDEX `runs_late` ON `runs` (`wakes_at`) WHERE state IN ('running', 'waiting');--> statement-breakpoint
CREATE INDEX `runs_open` ON `runs` (`contractor`,`workflow`,`state`) WHERE state IN ('running', 'waiting', 'paused', 'needs_attention');--> statement-breakpoint
CREATE INDEX `runs_failed` ON `runs` (`contractor`,`updated_at`) WHERE state = 'failed';--> statement-breakpoint
CREATE TABLE `templates` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`name` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `templates_by_contractor` ON `templates` (`contractor`);--> statement-breakpoint
CREATE TABLE `workflow_versions` (
	`workflow` text NOT NULL,
	`version` integer NOT NULL,
	`definition` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workflow`, `version`)
);
--> statement-breakpoint
CREATE TABLE `workflows` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`draft` text NOT NULL,
	`revision` integer NOT NULL,
	`active_version` integer,
	`trigger` text,
	`active_since` integer,
	`next_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `workflows_by_contractor` ON `workflows` (`contractor`,`updated_at`);--> statement-breakpoint
CREATE INDEX `workflows_by_trigger` ON `workflows` (`contractor`,`trigger`) WHERE state = 'active';--> statement-breakpoint
CREATE INDEX `workflows_due` ON `workflows` (`next_at`) WHERE state = 'active' AND next_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `leads` ADD `edited_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `timeline` ADD `state` text;--> statement-breakpoint
ALTER TABLE `timeline` ADD `url` text;--> statement-breakpoint
ALTER TABLE `timeline` ADD `run` text;