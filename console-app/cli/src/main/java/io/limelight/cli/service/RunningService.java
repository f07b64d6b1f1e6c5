package io.limelight.cli.service;

/**
 * A started program.
 *
 * @param ready the rest of the line "limelight registrar: ready, …": where it listens, what it uses
 * @param stop ends it in order: no new work, running work finished, everything released
 */
public record RunningService(String ready, AutoCloseable stop) {}
