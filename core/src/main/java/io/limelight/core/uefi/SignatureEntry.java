package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;

/**
 * EFI_SIGNATURE_DATA.
 *
 * @param owner who added it
 * @param data a certificate in DER, or a hash
 */
public record SignatureEntry(Guid owner, Octets data) {}
