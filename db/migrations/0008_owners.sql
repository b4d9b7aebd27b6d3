CREATE TABLE `masks` (
	`owner` text NOT NULL,
	`sha256` text NOT NULL,
	PRIMARY KEY(`owner`, `sha256`),
	FOREIGN KEY (`sha256`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `masks_by_blob` ON `masks` (`sha256`);--> statement-breakpoint
DROP INDEX `events_of_sessions`;--> statement-breakpoint
ALTER TABLE `events` ADD `owner` text DEFAULT 'local' NOT NULL;--> statement-breakpoint
CREATE INDEX `events_of_sessions` ON `events` (`owner`,`seq`) WHERE type LIKE 'session.%';--> statement-breakpoint
INSERT INTO `masks` (`owner`, `sha256`) SELECT 'local', `sha256` FROM `blobs`
WHERE `media_type` = 'image/png' AND `sha256` NOT IN (SELECT `pixels_blob` FROM `pictures`);