//! Calls about identity (KYC) and exchange (swaps).

use super::{Caller, secret};
use crate::kyc::{self, Upload};
use crate::runtime::Job;
use crate::swap;
use pyo3::prelude::*;

type Key = Option<String>;
/// Content and name of a file.
type FileParts = (Vec<u8>, String);

#[pyclass(frozen)]
pub struct Services {
    caller: Caller,
}

impl Services {
    pub(super) fn new(caller: Caller) -> Self {
        Self { caller }
    }
}

#[pymethods]
impl Services {
    // Postident
    fn start_kyc_verification_for_postident(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.change(done, |core| async move { kyc::postident::start(&core).await })
    }

    fn get_kyc_details_for_postident(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { kyc::postident::details(&core).await })
    }

    fn update_kyc_status_for_postident(&self, done: Py<PyAny>, case_id: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { kyc::postident::update(&core, &case_id).await })
    }

    // Viviswap
    fn start_kyc_verification_for_viviswap(
        &self,
        done: Py<PyAny>,
        mail: String,
        terms_accepted: bool,
    ) -> PyResult<Job> {
        self.caller
            .change(done, move |core| async move { kyc::viviswap::start(&core, &mail, terms_accepted).await })
    }

    fn get_kyc_details_for_viviswap(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { kyc::viviswap::details(&core).await })
    }

    fn update_kyc_partially_status_for_viviswap(&self, done: Py<PyAny>, details: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { kyc::viviswap::update(&core, &details).await })
    }

    fn submit_kyc_partially_status_for_viviswap(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.change(done, |core| async move { kyc::viviswap::submit(&core).await })
    }

    fn set_viviswap_kyc_residence_details(
        &self,
        done: Py<PyAny>,
        details: String,
        proof: Option<FileParts>,
    ) -> PyResult<Job> {
        let proof = proof.map(Upload::from);
        self.caller.change(done, |core| async move { kyc::viviswap::residence(&core, &details, proof).await })
    }

    fn set_viviswap_kyc_identity_details(
        &self,
        done: Py<PyAny>,
        document: String,
        front: FileParts,
        back: Option<FileParts>,
        video: FileParts,
    ) -> PyResult<Job> {
        let (front, back, video) = (front.into(), back.map(Upload::from), video.into());
        self.caller.change(done, |core| async move {
            kyc::viviswap::identity(&core, &document, front, back, video).await
        })
    }

    fn get_viviswap_kyc_amla_open_questions(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { kyc::viviswap::questions(&core).await })
    }

    fn set_viviswap_kyc_amla_answer(
        &self,
        done: Py<PyAny>,
        question_id: String,
        answers: Vec<String>,
        freetext_answer: Option<String>,
    ) -> PyResult<Job> {
        self.caller.change(done, |core| async move {
            kyc::viviswap::answer(&core, question_id, answers, freetext_answer).await
        })
    }

    fn get_viviswap_kyc_open_documents(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { kyc::viviswap::documents(&core).await })
    }

    fn set_viviswap_kyc_document(
        &self,
        done: Py<PyAny>,
        document: String,
        front: Option<FileParts>,
        back: Option<FileParts>,
    ) -> PyResult<Job> {
        let (front, back) = (front.map(Upload::from), back.map(Upload::from));
        self.caller
            .change(done, |core| async move { kyc::viviswap::document(&core, &document, front, back).await })
    }

    // swaps
    fn get_iban_for_viviswap(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { swap::iban(&core).await })
    }

    fn update_iban_for_viviswap(&self, done: Py<PyAny>, pin: String, iban: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { swap::update_iban(&core, &given, &iban).await })
    }

    fn create_detail_for_viviswap(&self, done: Py<PyAny>, pin: String, network: Key) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { swap::detail(&core, &given, network.as_deref()).await })
    }

    fn create_deposit_with_viviswap(&self, done: Py<PyAny>, pin: String, network: Key) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { swap::deposit(&core, &given, network.as_deref()).await })
    }

    #[allow(clippy::too_many_arguments)] // the arguments of the Python method, as they are
    fn create_withdrawal_with_viviswap(
        &self,
        done: Py<PyAny>,
        amount: String,
        pin: Option<String>,
        data: Option<Vec<u8>>,
        payment_id: Option<String>,
        network: Key,
        max_fee: Option<String>,
    ) -> PyResult<Job> {
        let given = pin.map(secret);
        let order = swap::withdrawal::Order { amount, data, payment_id, network, max_fee };
        self.caller.change(done, |core| async move { swap::withdrawal::make(&core, given, order).await })
    }

    fn get_swap_list(&self, done: Py<PyAny>, start: u32, limit: u32) -> PyResult<Job> {
        self.caller.read(done, move |core| async move { swap::list(&core, start, limit).await })
    }

    fn get_swap_details(&self, done: Py<PyAny>, order_id: String) -> PyResult<Job> {
        self.caller.read(done, |core| async move { swap::details(&core, &order_id).await })
    }
}
