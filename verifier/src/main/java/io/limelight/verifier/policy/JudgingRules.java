package io.limelight.verifier.policy;

import io.limelight.core.appraisal.MeasuredBootEvaluate;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.policy.boot.BootPolicy;

/**
 * How this verifier reads policies, whoever they are for.
 *
 * @param boot its measured boot policy ({@code measured_boot_policy_name})
 * @param evaluate when that is asked ({@code measured_boot_evaluate})
 * @param tomtou what violated entries of a measurement list mean ({@code tomtou}, else {@code ignore_tomtou_errors})
 * @param signaturesRequired whether runtime policies must be signed ({@code require_allow_list_signatures})
 */
public record JudgingRules(BootPolicy boot, MeasuredBootEvaluate evaluate, Tomtou tomtou, boolean signaturesRequired) {}
