CREATE TABLE `calls` (
	`id` text PRIMARY KEY NOT NULL,
	`contractor` text NOT NULL,
	`actor` text NOT NULL,
	`tool` text NOT NULL,
	`vendor` text,
	`connection` text,
	`state` text NOT NULL,
	`kind` text,
	`said` text,
	`attempts` integer NOT NULL,
	`started_at` integer NOT NULL,
	`settled_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `calls_by_contractor` ON `calls` (`contractor`,`started_at`);--> statement-breakpoint
CREATE TABLE `contractors` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL
);
