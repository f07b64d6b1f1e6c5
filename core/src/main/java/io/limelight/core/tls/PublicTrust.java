package io.limelight.core.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts servers under our own authorities, whatever their certificates call them, and servers under public ones if the
 * certificate names the host. Anybody can get a certificate of a public authority; only the name tells whose it is.
 */
final class PublicTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager own;
    private final X509ExtendedTrustManager everybody;

    PublicTrust(X509ExtendedTrustManager own, X509ExtendedTrustManager everybody) {
        this.own = own;
        this.everybody = everybody;
    }

    private boolean ours(X509Certificate[] chain, String authType) {
        try {
            own.checkServerTrusted(chain, authType);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (ours(chain, authType)) {
            return;
        }
        if (!(socket instanceof SSLSocket tls)) {
            throw new CertificateException("nobody knows what host this is");
        }
        // RFC 9110 §4.3.4: from here on the name counts.
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        everybody.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (!ours(chain, authType)) {
            throw new CertificateException("nobody knows what host this is");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this trust is for servers");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this trust is for servers");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this trust is for servers");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
