CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`owner` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`text` text NOT NULL,
	`plan` text NOT NULL,
	`outcomes` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_by_key` ON `messages` (`owner`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `messages_by_session` ON `messages` (`session_id`,`created_at`);