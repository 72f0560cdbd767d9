CREATE TABLE `file_links` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`file` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `file_links_by_file` ON `file_links` (`file`);--> statement-breakpoint
CREATE INDEX `file_links_expired` ON `file_links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `files` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `files_by_contractor` ON `files` (`contractor`,`created_at`);--> statement-breakpoint
CREATE INDEX `files_expired` ON `files` (`expires_at`);