package io.limelight.core.appraisal;

import io.limelight.core.tpm.PcrMask;

/**
 * What a machine was asked.
 *
 * @param nonce the nonce as text; its ASCII bytes are what the TPM signs
 * @param mask the PCRs asked for, without 16
 * @param imaEntry the first IMA entry asked for
 */
public record QuoteRequest(String nonce, PcrMask mask, long imaEntry) {}
