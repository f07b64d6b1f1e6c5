package io.limelight.verifier.state;

/**
 * What a notice says of the machine that failed.
 *
 * @param ip its address as a tenant said it
 * @param port its port
 * @param verifierId which verifier watches it
 * @param tpmPolicy JSON text as posted
 * @param metaData JSON text as posted
 * @param key signs notices about it; opened by {@link RevocationKeyStore#open}
 */
public record NoticeSubject(
        String ip, int port, String verifierId, String tpmPolicy, String metaData, SealedRevocationKey key) {}
