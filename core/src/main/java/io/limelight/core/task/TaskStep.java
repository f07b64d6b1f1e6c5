package io.limelight.core.task;

/**
 * One step of long work, known before it begins: a plan lists its steps, a screen ticks them off.
 *
 * @param id stable name for machines, {@code identity-quote}
 * @param title what happens, for people, as an order: "check an identity quote of the machine"
 */
public record TaskStep(String id, String title) {}
