CREATE TABLE `blobs` (
	`sha256` text PRIMARY KEY NOT NULL,
	`size_bytes` integer NOT NULL,
	`media_type` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`session_id` text NOT NULL,
	`job_id` text,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_by_session` ON `events` (`session_id`,`seq`);--> statement-breakpoint
CREATE INDEX `events_by_job` ON `events` (`job_id`,`type`) WHERE job_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `events_of_sessions` ON `events` (`seq`) WHERE type LIKE 'session.%';--> statement-breakpoint
CREATE TABLE `images` (
	`id` text PRIMARY KEY NOT NULL,
	`node_id` text NOT NULL,
	`index` integer NOT NULL,
	`version` integer NOT NULL,
	`pixels_blob` text NOT NULL,
	`latent_blob` text,
	`prior_blob` text,
	`original_blob` text,
	`width_px` integer NOT NULL,
	`height_px` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`node_id`) REFERENCES `nodes`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`pixels_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`latent_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`prior_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`original_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `images_by_node` ON `images` (`node_id`,`index`);--> statement-breakpoint
CREATE INDEX `images_by_pixels` ON `images` (`pixels_blob`);--> statement-breakpoint
CREATE INDEX `images_by_latent` ON `images` (`latent_blob`);--> statement-breakpoint
CREATE INDEX `images_by_prior` ON `images` (`prior_blob`);--> statement-breakpoint
CREATE INDEX `images_by_original` ON `images` (`original_blob`);--> statement-breakpoint
CREATE TABLE `inputs` (
	`node_id` text NOT NULL,
	`position` integer NOT NULL,
	`image_id` text NOT NULL,
	`role` text NOT NULL,
	`pixels_blob` text NOT NULL,
	PRIMARY KEY(`node_id`, `position`),
	FOREIGN KEY (`node_id`) REFERENCES `nodes`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`pixels_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `inputs_by_image` ON `inputs` (`image_id`);--> statement-breakpoint
CREATE INDEX `inputs_by_blob` ON `inputs` (`pixels_blob`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`node_id` text NOT NULL,
	`owner` text NOT NULL,
	`state` text NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	`priority` real NOT NULL,
	`checkpoint_blob` text,
	`idempotency_key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`error_code` text,
	`error_message` text,
	`elapsed_ms` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	FOREIGN KEY (`node_id`) REFERENCES `nodes`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`checkpoint_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_by_key` ON `jobs` (`owner`,`idempotency_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_by_node` ON `jobs` (`node_id`);--> statement-breakpoint
CREATE INDEX `jobs_by_checkpoint` ON `jobs` (`checkpoint_blob`);--> statement-breakpoint
CREATE INDEX `jobs_waiting` ON `jobs` (`owner`,`priority`) WHERE state IN ('queued', 'interrupted');--> statement-breakpoint
CREATE TABLE `nodes` (
	`id` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`prompt` text NOT NULL,
	`recipe` text,
	`state` text DEFAULT 'active' NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `nodes_by_session` ON `nodes` (`session_id`,`position`);--> statement-breakpoint
CREATE TABLE `search_texts` (
	`id` integer PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`node_id` text,
	`words` text NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`node_id`) REFERENCES `nodes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `search_texts_by_session` ON `search_texts` (`session_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `search_texts_by_node` ON `search_texts` (`node_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`title` text NOT NULL,
	`seed` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	`head_image_id` text,
	`last_position` integer DEFAULT 0 NOT NULL,
	`last_version` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`head_image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `sessions_by_update` ON `sessions` (`owner`,`updated_at`);