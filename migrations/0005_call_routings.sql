CREATE TABLE `call_routings` (
	`contractor` text NOT NULL,
	`phone_number` text NOT NULL,
	`settings` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`contractor`, `phone_number`)
);
