package io.limelight.core.appraisal;

/**
 * A question and its answer.
 *
 * @param request what was asked
 * @param answer what came back
 */
public record Evidence(QuoteRequest request, QuoteAnswer answer) {}
