CREATE TABLE `service_areas` (
	`contractor` text NOT NULL,
	`name` text NOT NULL,
	`boundary` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`contractor`, `name`)
);
