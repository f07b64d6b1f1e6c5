package io.limelight.console.kit;

/**
 * A part of a filter that was taken for good.
 *
 * @param text for people
 * @param token as typed: {@code state:failed}
 */
public record Chip(String text, String token) {}
