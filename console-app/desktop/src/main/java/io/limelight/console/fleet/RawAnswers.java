package io.limelight.console.fleet;

/**
 * Answers as they came, secrets masked.
 *
 * @param verifier pretty JSON; empty: it does not know the machine
 * @param registrar pretty JSON; empty: it does not know the machine
 */
public record RawAnswers(String verifier, String registrar) {}
