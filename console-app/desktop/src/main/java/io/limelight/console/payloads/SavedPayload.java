package io.limelight.console.payloads;

import java.nio.file.Path;

/**
 * A payload that can be sent: a place on this computer and how it travels.
 *
 * @param name what people call it
 * @param place a folder, or for {@link PayloadMode#SINGLE_FILE} and {@link PayloadMode#KEY_ONLY} a file
 * @param mode how it travels
 */
public record SavedPayload(String name, Path place, PayloadMode mode) {}
