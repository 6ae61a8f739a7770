import type { LabelFieldId } from '#app/vendors/label-fields.ts';

/** An answer of the demo. Days are counted from the day on which the demo is filled. */
export interface SeededAnswer {
  answer: string;
  plain?: string;
  plainEs?: string;
  value?: string;
  by?: 'facility' | 'vendor';
  evidenceUrl?: string;
  /** Days before today. */
  asOf?: number;
  /** Days from today; negative: it is over. */
  until?: number;
}

export type SeededLabel = Partial<Record<LabelFieldId, SeededAnswer>>;

/** One after the other, as they were published; each on top of the one before. */
export const labels: Record<string, { reason: string; answers: SeededLabel }[]> = {
  // Answered nearly everything, and the facility looked at much of it.
  northlight: [
    {
      reason: 'First label, from the questionnaire of the company',
      answers: {
        product: { answer: 'yes', value: 'Northlight Chest CT', asOf: 300 },
        developer: { answer: 'yes', value: 'Northlight AI, Inc., Portland, Maine', asOf: 300 },
        contact: { answer: 'yes', value: 'privacy@northlight.example', asOf: 300 },
        version: { answer: 'yes', value: '4.1', asOf: 300 },
        releaseDate: { answer: 'yes', value: 'March 2026', asOf: 300 },
        usedForTraining: { answer: 'never', by: 'vendor', asOf: 300 },
        purpose: {
          answer: 'yes',
          plain: 'It marks places in a chest CT that a radiologist should look at first.',
          plainEs: 'Señala en una tomografía de tórax los lugares que el radiólogo debe mirar primero.',
          by: 'facility',
          asOf: 300,
        },
      },
    },
    {
      reason: 'Contract and data flow looked at; the answers on keeping and testing came in',
      answers: {
        version: { answer: 'yes', value: '4.2', asOf: 40 },
        releaseDate: { answer: 'yes', value: 'September 2026', asOf: 40 },
        role: { answer: 'worksForUs', by: 'facility', asOf: 40 },
        aiUse: { answer: 'readsForCare', by: 'facility', asOf: 40 },
        regulatoryStatus: {
          answer: 'fda',
          value: '510(k) K250417, class II, product code QAS',
          by: 'facility',
          evidenceUrl: 'https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpmn/pmn.cfm',
          asOf: 40,
        },
        dataSent: {
          answer: 'yes',
          plain: 'CT images of the chest, with your age, your sex and the reason for the scan.',
          plainEs: 'Imágenes de tomografía del tórax, con su edad, su sexo y el motivo del estudio.',
          value: 'CT series; (0010,1010), (0010,0040), (0040,1002). No report text.',
          by: 'facility',
          asOf: 40,
        },
        identifiability: {
          answer: 'coded',
          plain: 'We hold the key here. The company does not get it.',
          plainEs: 'La clave la tenemos aquí. La empresa no la recibe.',
          value: 'PS3.15 Basic Profile with Retain Patient Characteristics; pseudonym by keyed hash',
          by: 'facility',
          asOf: 40,
        },
        faceProtection: { answer: 'notApplicable', by: 'facility', asOf: 40 },
        reidProhibited: { answer: 'yes', value: 'Our agreement, section 4.3', by: 'facility', asOf: 40 },
        usedForTraining: {
          answer: 'never',
          plain: 'The contract forbids it.',
          plainEs: 'El contrato lo prohíbe.',
          value: 'Our agreement, section 4.1',
          by: 'facility',
          asOf: 40,
          until: 325,
        },
        trainingBasis: { answer: 'notApplicable', by: 'facility', asOf: 40 },
        optOutHonoured: { answer: 'notApplicable', by: 'facility', asOf: 40 },
        retention: {
          answer: 'yes',
          plain: 'It deletes images 30 days after it has read them.',
          plainEs: 'Borra las imágenes 30 días después de leerlas.',
          value: '30 days in primary storage, 60 days in back-ups',
          asOf: 40,
          until: 325,
        },
        retentionAfterTraining: { answer: 'notApplicable', asOf: 40 },
        deletionProof: {
          answer: 'yes',
          value: 'Monthly deletion log by study UID',
          by: 'facility',
          asOf: 40,
        },
        exitPlan: {
          answer: 'yes',
          plain: 'It deletes everything within 30 days and confirms it in writing.',
          plainEs: 'Borra todo en 30 días y lo confirma por escrito.',
          by: 'facility',
          asOf: 40,
        },
        encryptionInTransit: {
          answer: 'yes',
          value: 'DICOM over TLS 1.3',
          by: 'facility',
          asOf: 40,
          until: 325,
        },
        encryptionAtRest: { answer: 'yes', value: 'AES-256', asOf: 40, until: 20 },
        keyHolder: { answer: 'vendor', asOf: 40 },
        access: {
          answer: 'yes',
          plain: 'Twelve support engineers, each with a reason that is written down. No other company.',
          plainEs: 'Doce ingenieros de soporte, cada uno con un motivo anotado. Ninguna otra empresa.',
          asOf: 40,
          until: 25,
        },
        location: { answer: 'yes', value: 'United States (Ohio, Oregon)', asOf: 40 },
        transfers: { answer: 'notApplicable', asOf: 40 },
        commercialUse: { answer: 'no', asOf: 40 },
        sold: { answer: 'no', value: 'Our agreement, section 4.2', by: 'facility', asOf: 40 },
        payment: { answer: 'no', by: 'facility', asOf: 40 },
        funding: { answer: 'yes', value: 'Own revenue and private investors', asOf: 40 },
        thirdParty: { answer: 'yes', value: 'Hosting: a US cloud provider', asOf: 40 },
        breachPolicy: {
          answer: 'yes',
          plain: 'It tells us within 3 days. We tell you within 60 days at most.',
          plainEs: 'Nos avisa en 3 días. Nosotros le avisamos en 60 días como máximo.',
          value: '72 hours (our agreement, section 7); 45 CFR 164.404',
          by: 'facility',
          asOf: 40,
        },
        pastBreaches: { answer: 'no', asOf: 40 },
        integrity: { answer: 'yes', value: 'SHA-256 of each series at receipt and at read', asOf: 40 },
        humanOversight: { answer: 'yes', by: 'facility', asOf: 40 },
        decisionRole: { answer: 'informs', by: 'facility', asOf: 40 },
        knownLimits: {
          answer: 'yes',
          plain: 'It can miss spots smaller than 4 mm, and it works less well when somebody moved.',
          plainEs: 'Puede no ver manchas de menos de 4 mm y funciona peor si la persona se movió.',
          asOf: 40,
        },
        knownBiases: {
          answer: 'partly',
          plain: 'It was tested less on people under 30.',
          plainEs: 'Se probó menos en personas de menos de 30 años.',
          asOf: 40,
        },
        riskLevel: { answer: 'medium', value: 'FDA class II', asOf: 40 },
        trainingPopulation: {
          answer: 'yes',
          plain: 'Adults from 41 hospitals in the United States and Spain.',
          plainEs: 'Personas adultas de 41 hospitales de Estados Unidos y España.',
          value: '118,000 CT studies, 2016–2024; 52% female; age 18–94, median 63',
          asOf: 40,
        },
        validation: {
          answer: 'yes',
          value: 'Retrospective, three sites that gave no training data; n = 2,140',
          asOf: 40,
        },
        performance: {
          answer: 'yes',
          value: 'Sensitivity 0.91 (0.88–0.93), specificity 0.87 (0.85–0.89)',
          asOf: 40,
        },
        monitoring: {
          answer: 'yes',
          plain: 'We compare it with our radiologists every three months.',
          plainEs: 'Lo comparamos con nuestros radiólogos cada tres meses.',
          by: 'facility',
          asOf: 400,
          until: -35,
        },
        updatePolicy: { answer: 'yes', value: 'Twice a year, locked between releases', asOf: 40 },
        stakeholders: { answer: 'notAnswered', asOf: 40 },
        patientConsentOrDisclosure: {
          answer: 'yes',
          plain: 'Our privacy notice names it. So does the sign at the front desk.',
          plainEs: 'Nuestro aviso de privacidad la nombra. También el letrero de la recepción.',
          by: 'facility',
          asOf: 40,
        },
        ethicsApproval: { answer: 'notApplicable', by: 'facility', asOf: 40 },
        protocol: { answer: 'notApplicable', by: 'facility', asOf: 40 },
      },
    },
  ],
  // Trains its AI with the images that it gets.
  umbra: [
    {
      reason: 'What the contract says; the company has answered a part of our questions',
      answers: {
        product: { answer: 'yes', value: 'Umbra CAD', asOf: 90 },
        developer: { answer: 'yes', value: 'Umbra CAD', asOf: 90 },
        role: { answer: 'both', by: 'facility', asOf: 90 },
        purpose: {
          answer: 'yes',
          plain: 'It learns to find tumors in breast images. It does not read yours for your doctor.',
          plainEs: 'Aprende a encontrar tumores en imágenes de mama. No lee las suyas para su médico.',
          by: 'facility',
          asOf: 90,
        },
        aiUse: { answer: 'trains', by: 'facility', asOf: 90 },
        regulatoryStatus: { answer: 'none', asOf: 90 },
        identifiability: {
          answer: 'deidentified',
          value: 'PS3.15 Basic Profile, Clean Pixel Data; dates shifted',
          by: 'facility',
          asOf: 90,
        },
        reidTesting: { answer: 'no', asOf: 90 },
        usedForTraining: {
          answer: 'withOptOut',
          value: 'Our agreement, schedule B',
          by: 'facility',
          asOf: 90,
        },
        trainingBasis: {
          answer: 'yes',
          plain: 'The contract with us, as part of how a clinic is run. No one asked each patient.',
          plainEs:
            'El contrato con nosotros, como parte del trabajo de una clínica. No se preguntó a cada paciente.',
          value: '45 CFR 164.501, health care operations',
          by: 'facility',
          asOf: 90,
        },
        optOutHonoured: { answer: 'yes', asOf: 400, until: -35 },
        optOutEffect: { answer: 'futureOnly', asOf: 90 },
        retention: { answer: 'notAnswered', asOf: 90 },
        retentionAfterTraining: {
          answer: 'yes',
          plain: 'The trained AI stays. Images can be deleted; what the AI learned cannot.',
          plainEs: 'La IA entrenada se queda. Se pueden borrar las imágenes, no lo que la IA aprendió.',
          asOf: 90,
        },
        deletionProof: { answer: 'no', asOf: 90 },
        location: { answer: 'notAnswered', asOf: 90 },
        encryptionInTransit: { answer: 'yes', value: 'TLS 1.2', by: 'facility', asOf: 90 },
        encryptionAtRest: { answer: 'notAnswered', asOf: 90 },
        commercialUse: { answer: 'yes', asOf: 90 },
        sold: { answer: 'notAnswered', asOf: 90 },
        payment: {
          answer: 'yes',
          plain: 'We pay less for its program because it may learn from our images.',
          plainEs: 'Pagamos menos por su programa porque puede aprender de nuestras imágenes.',
          by: 'facility',
          asOf: 90,
        },
        humanOversight: { answer: 'notApplicable', asOf: 90 },
      },
    },
  ],
  // Asked, and hardly anything came back.
  kestrel: [
    {
      reason: 'The little that is known; the questionnaire went out and did not come back',
      answers: {
        developer: { answer: 'yes', value: 'Kestrel Research Institute', by: 'facility', asOf: 60 },
        ethicsApproval: {
          answer: 'yes',
          plain: 'A board allowed it without asking each patient.',
          plainEs: 'Un comité lo permitió sin preguntar a cada paciente.',
          value: 'Waiver under 45 CFR 164.512(i)',
          by: 'facility',
          asOf: 60,
        },
        usedForTraining: { answer: 'notAnswered', asOf: 60 },
        optOutHonoured: { answer: 'notAnswered', asOf: 60 },
        retention: { answer: 'notAnswered', asOf: 60 },
        location: { answer: 'notAnswered', asOf: 60 },
      },
    },
  ],
};

/** The papers between the demo's companies and Riverbend. Days from today; null: no end. */
export const agreements = [
  { slug: 'northlight', kind: 'businessAssociate', reference: 'NL-2020-01', from: -2_400, until: 50 },
  { slug: 'umbra', kind: 'businessAssociate', reference: 'UC-2024-03', from: -900, until: null },
] as const;
