ALTER TABLE `messages` ADD `said` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` ADD `settings` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` ADD `revision` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `messages_unfinished` ON `messages` (`id`) WHERE json_array_length(outcomes) < json_array_length(plan);