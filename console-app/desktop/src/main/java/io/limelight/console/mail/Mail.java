package io.limelight.console.mail;

/**
 * A mail in plain text.
 *
 * @param subject one line; anything that could end it is made harmless when it is sent
 * @param text what it says
 */
public record Mail(String subject, String text) {}
